import { Kind, parse } from 'graphql';

/** The operations of a file by name, each with the comment in front of it. */
export function splitOperations(text: string): Map<string, string> {
  const operations = new Map<string, string>();
  let start = 0;
  for (const definition of parse(text).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) throw new Error('only operations stand here');
    operations.set(definition.name!.value, text.slice(start, definition.loc!.end).trim());
    start = definition.loc!.end;
  }
  return operations;
}
