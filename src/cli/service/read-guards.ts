import {
  GraphQLError,
  Kind,
  parse,
  visit,
  type ASTNode,
  type ConstValueNode,
  type DocumentNode,
} from 'graphql';
import { CommandError } from '../command-error.js';
import { FaultsError } from './faults.js';
import { namesOf } from './link-names.js';
import { readText } from './read-text.js';
import type { SourceText } from './source-text.js';

/** One place in a schema that asks for a permission. */
export interface Guard {
  permission: string;
  /** The schema coordinate, such as `Mutation.refund` or `Money`. */
  coordinate: string;
  range: [number, number];
}

export interface Guards {
  source: SourceText;
  guards: Guard[];
  /** How many places carry `@policy`, which asks for something other than permissions. */
  policies: number;
}

/**
 * Every `@requiresScopes` of a supergraph, or of the SDL of a subgraph.
 * @throws FaultsError where it is no SDL
 */
export async function readGuards(file: string): Promise<Guards> {
  const source = await readText(file);
  if (/^\s*\{\s*"/.test(source.text))
    throw new CommandError(
      `${file} is JSON, not SDL. Give the supergraph's schema, as the composer prints it.`,
    );
  const document = parseSdl(source);
  const [requiresScopes, policy] = [namesOf('requiresScopes', document), namesOf('policy', document)];
  const guards: Guard[] = [];
  let policies = 0;
  let type = '';
  visit(document, {
    enter(node) {
      if ('name' in node && isTypeLike(node)) type = node.name?.value ?? '';
      if (!('directives' in node)) return;
      const name = 'name' in node ? (node.name?.value ?? '') : '';
      const coordinate = node.kind === Kind.FIELD_DEFINITION ? `${type}.${name}` : name;
      for (const directive of node.directives ?? []) {
        if (policy.has(directive.name.value)) policies += 1;
        if (!requiresScopes.has(directive.name.value)) continue;
        const scopes = directive.arguments?.find((argument) => argument.name.value === 'scopes')?.value;
        for (const { text, range } of textsIn(scopes as ConstValueNode | undefined))
          guards.push({ permission: text, coordinate, range });
      }
    },
  });
  return { source, guards, policies };
}

function parseSdl(source: SourceText): DocumentNode {
  try {
    return parse(source.text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const start = error.positions?.[0] ?? 0;
    const fault = { source, range: [start, start + 1] as [number, number], path: '', code: 'SYNTAX' };
    throw new FaultsError(
      [{ ...fault, message: `${error.message.replace(/\.$/, '')}.` }],
      'The file is no GraphQL schema.',
    );
  }
}

function isTypeLike(node: ASTNode): node is ASTNode & { name: { value: string } } {
  return /Type(Definition|Extension)$/.test(node.kind);
}

/** The scopes of `[["a", "b"], ["c"]]`, which may be written with fewer brackets where there is one. */
function textsIn(value: ConstValueNode | undefined): { text: string; range: [number, number] }[] {
  if (value?.kind === Kind.LIST) return value.values.flatMap(textsIn);
  if (value?.kind !== Kind.STRING) return [];
  return [{ text: value.value, range: [value.loc?.start ?? 0, value.loc?.end ?? 0] }];
}
