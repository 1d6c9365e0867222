import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  BREAK,
  GraphQLError,
  Kind,
  getVariableValues,
  visit,
  type ASTVisitor,
  type DocumentNode,
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
  // Each fragment is counted once: a hundred that spread the next one twice would take for ever otherwise.
  const counted = new Map<string, number>();
  const countFragment = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    counted.set(name, 0); // ends a cycle, which another rule refuses
    const fragment = context.getFragment(name);
    const total = fragment ? count(fragment.selectionSet) : 0;
    counted.set(name, total);
    return total;
  };
  const count = (selections: SelectionSetNode): number => {
    let total = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) total += CREDENTIAL_MUTATIONS.has(selection.name.value) ? 1 : 0;
      else if (selection.kind === Kind.INLINE_FRAGMENT) total += count(selection.selectionSet);
      else total += countFragment(selection.name.value);
    }
    return total;
  };
  return {
    OperationDefinition(operation) {
      if (operation.operation === 'mutation' && count(operation.selectionSet) > 1)
        context.reportError(
          new GraphQLError(`An operation may hold one of: ${[...CREDENTIAL_MUTATIONS].join(', ')}.`, {
            nodes: operation,
          }),
        );
      return false;
    },
  };
}

/** Told like any other fault of a document: thrown, as these rules would, it passes for a fault of ours. */
const told = {
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null, error: GraphQLError) => context!.reportError(error)],
};

export const limitRules: ValidationRule[] = [
  oneCredentialMutation,
  maxDepthRule({ n: MAX_DEPTH, ignoreIntrospection: false, flattenFragments: true, ...told }),
  maxAliasesRule({ n: MAX_ALIASES, ...told }),
  maxDirectivesRule({ n: MAX_DIRECTIVES, ...told }),
] as ValidationRule[];

type Estimated = { field: { name: string }; args: Record<string, unknown>; childComplexity: number };

/** What a field costs: what it declares itself, otherwise one. */
export const costEstimators = [
  entitiesEstimator,
  fieldExtensionsEstimator(),
  simpleEstimator({ defaultComplexity: 1 }),
];

/** What depends on variables and on settings: the cost of an operation, and who may see the SDL. */
export function limitsPlugin(options: { introspection: boolean }): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, operationName, request, schema }) {
          // Without an operation, or with variables that do not fit, execution refuses by itself.
          if (!operation) return;
          if (!options.introspection && asksForSdl(document))
            throw new RequestError(
              'FORBIDDEN',
              'The SDL is not served here; compose from the schema folder of Signet.',
              400,
            );
          const { errors } = getVariableValues(
            schema,
            operation.variableDefinitions ?? [],
            request.variables ?? {},
          );
          if (errors) return;
          const cost = costOf({
            schema,
            query: document,
            ...(operationName ? { operationName } : {}),
            variables: request.variables ?? {},
            maxQueryNodes: MAX_NODES,
            estimators: costEstimators,
          });
          if (cost > MAX_COST)
            throw new RequestError(
              'OPERATION_TOO_LARGE',
              `The operation costs ${cost}, the limit is ${MAX_COST}. Ask for less at once.`,
              400,
            );
        },
      };
    },
  };
}

/** In any place of the document: a fragment would hide it from a look at the operation alone. */
function asksForSdl(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field(field) {
      if (field.name.value !== '_service') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** @throws OPERATION_TOO_LARGE for too many nodes, BAD_USER_INPUT for arguments that cannot be read */
function costOf(operation: Parameters<typeof getComplexity>[0]): number {
  try {
    return getComplexity(operation);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // A faulty argument has a place in the document; the count of nodes has none.
    throw error.nodes
      ? new RequestError('BAD_USER_INPUT', error.message, 400)
      : new RequestError(
          'OPERATION_TOO_LARGE',
          `The operation has more than ${MAX_NODES} nodes. Ask for less at once.`,
          400,
        );
  }
}

function entitiesEstimator({ field, args, childComplexity }: Estimated): number | void {
  if (field.name !== '_entities') return undefined;
  const { representations } = args as { representations?: unknown[] };
  return 1 + (representations?.length ?? 0) * childComplexity;
}
