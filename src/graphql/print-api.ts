import { Kind, print, visit } from 'graphql';
import type { Subgraph } from './schema.js';

/** Directives that say something to who reads the API; all others are for gateways. */
const FOR_READERS = new Set(['deprecated', 'specifiedBy', 'oneOf']);

/** The SDL of the API as people use it: without federation's directives and the link to them. */
export function printApi({ typeDefs }: Subgraph): string {
  return print(
    visit(typeDefs, {
      Directive: (directive) => (FOR_READERS.has(directive.name.value) ? undefined : null),
      DirectiveDefinition: () => null,
      [Kind.SCHEMA_EXTENSION]: () => null,
    }),
  );
}
