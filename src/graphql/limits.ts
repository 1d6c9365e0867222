import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';
import { RequestError } from './errors.js';

/** The introspection query of every tool is 15 deep; a real operation of this schema needs 8. */
export const MAX_DEPTH = 16;
export const MAX_ALIASES = 15;
export const MAX_DIRECTIVES = 50;
/** Tokens of an operation's text; the introspection query has about 500. */
export const MAX_TOKENS = 2000;
/** Fields that an operation may ask for, lists multiplied: 100 users with their sessions fit. */
export const MAX_COST = 10_000;
/** A body of 1,000 references with their ids takes 90 KB. */
export const MAX_BODY_BYTES = 256 * 1024;
const MAX_NODES = 10_000;

/**
 * Mutations that take a secret. One to an operation: a hundred aliased guesses in one request are
 * refused as a whole. (The throttle counts them one by one all the same.)
 */
export const CREDENTIAL_MUTATIONS = new Set(['register', 'login', 'refresh', 'changePassword']);

/** Counts credential mutations through fragments, whatever their aliases. */
export function oneCredentialMutation(context: ValidationContext): ASTVisitor {
  const count = (selections: SelectionSetNode, seen: Set<FragmentDefinitionNode>): number => {
    let total = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) total += CREDENTIAL_MUTATIONS.has(selection.name.value) ? 1 : 0;
      else if (selection.kind === Kind.INLINE_FRAGMENT) total += count(selection.selectionSet, seen);
      else {
        const fragment = context.getFragment(selection.name.value);
        // Validated beside the rule against cycles, so it must not loop by itself.
        if (fragment && !seen.has(fragment))
          total += count(fragment.selectionSet, new Set([...seen, fragment]));
      }
    }
    return total;
  };
  return {
    OperationDefinition(operation) {
      if (operation.operation === 'mutation' && count(operation.selectionSet, new Set()) > 1)
        context.reportError(
          new GraphQLError(`An operation may hold one of: ${[...CREDENTIAL_MUTATIONS].join(', ')}.`, {
            nodes: operation,
          }),
        );
      return false;
    },
  };
}

export const limitRules: ValidationRule[] = [
  oneCredentialMutation,
  maxDepthRule({
    n: MAX_DEPTH,
    ignoreIntrospection: false,
    flattenFragments: true,
    propagateOnRejection: true,
  }),
  maxAliasesRule({ n: MAX_ALIASES, propagateOnRejection: true }),
  maxDirectivesRule({ n: MAX_DIRECTIVES, propagateOnRejection: true }),
] as ValidationRule[];

/** What depends on variables and on settings: the cost of an operation, and who may see the SDL. */
export function limitsPlugin(options: { introspection: boolean }): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, operationName, request, schema }) {
          const asksForSdl = operation!.selectionSet.selections.some(
            (selection) => selection.kind === Kind.FIELD && selection.name.value === '_service',
          );
          if (asksForSdl && !options.introspection)
            throw new RequestError(
              'FORBIDDEN',
              'The SDL is not served here; compose from the schema folder of Signet.',
            );
          const cost = getComplexity({
            schema,
            query: document,
            ...(operationName ? { operationName } : {}),
            variables: request.variables ?? {},
            maxQueryNodes: MAX_NODES,
            estimators: [
              entitiesEstimator,
              fieldExtensionsEstimator(),
              simpleEstimator({ defaultComplexity: 1 }),
            ],
          });
          if (cost > MAX_COST)
            throw new RequestError(
              'OPERATION_TOO_LARGE',
              `The operation costs ${cost}, the limit is ${MAX_COST}. Ask for less at once.`,
            );
        },
      };
    },
  };
}

type Estimated = { field: { name: string }; args: Record<string, unknown>; childComplexity: number };

function entitiesEstimator({ field, args, childComplexity }: Estimated): number | void {
  if (field.name !== '_entities') return undefined;
  const { representations } = args as { representations?: unknown[] };
  return 1 + (representations?.length ?? 0) * childComplexity;
}
