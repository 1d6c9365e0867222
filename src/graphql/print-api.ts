import { Kind, print, visit, type StringValueNode } from 'graphql';
import type { Subgraph } from './schema.js';

/** Directives that say something to who reads the API; all others are for gateways. */
const FOR_READERS = new Set(['deprecated', 'specifiedBy', 'oneOf']);

/** What documentation begins with; in the subgraph itself it would stand beside those of other subgraphs. */
const WELCOME: StringValueNode = {
  kind: Kind.STRING,
  value:
    'Accounts, sessions and permissions. Everything begins at one of these two; the search finds any type and field.',
  block: true,
};

/** The SDL of the API as people use it: without federation's directives and the link to them. */
export function printApi({ typeDefs }: Subgraph): string {
  return print(
    visit(typeDefs, {
      Directive: (directive) => (FOR_READERS.has(directive.name.value) ? undefined : null),
      DirectiveDefinition: () => null,
      [Kind.SCHEMA_EXTENSION]: () => null,
      SchemaDefinition: (schema) => ({ ...schema, description: WELCOME }),
    }),
  );
}
