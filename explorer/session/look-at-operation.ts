import { Kind, parse, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { Operation } from './post';

/** A gateway may refuse an expired header before these are looked at, and Signet ignores it with them. */
const WITHOUT_AUTHORIZATION = new Set(['login', 'register', 'refresh']);

/** What has to be known of an operation before it is sent. */
export interface Look {
  /** Goes without the Authorization header. */
  isCredential: boolean;
  /** May be sent a second time when the first was refused: nothing of it can have happened. */
  isRepeatable: boolean;
}

export function lookAt({ query, operationName }: Operation): Look {
  const document = read(query);
  const operations = document ? operationsOf(document) : [];
  const operation = operationName
    ? operations.find(({ name }) => name?.value === operationName)
    : operations[0];
  // What cannot be read is refused by the server, which says why.
  if (!document || !operation) return { isCredential: false, isRepeatable: true };
  const fields = rootFields(operation.selectionSet, document, new Set());
  return {
    isCredential: fields.some((name) => WITHOUT_AUTHORIZATION.has(name)),
    isRepeatable: operation.operation !== 'mutation' || fields.length === 1,
  };
}

/** The names of a text's operations. */
export function operationNames(query: string): string[] {
  const document = read(query);
  return document ? operationsOf(document).flatMap(({ name }) => name?.value ?? []) : [];
}

function read(text: string): DocumentNode | null {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return null;
  }
}

const operationsOf = (document: DocumentNode) =>
  document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );

function rootFields(selections: SelectionSetNode, document: DocumentNode, seen: Set<string>): string[] {
  return selections.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, document, seen);
    const name = selection.name.value;
    if (seen.has(name)) return [];
    seen.add(name);
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION
      ? rootFields(fragment.selectionSet, document, seen)
      : [];
  });
}
