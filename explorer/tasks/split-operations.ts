import { Kind, parse } from 'graphql';

/**
 * The operations of a file by name, each with the comment in front of it. The comment is one line, which
 * the editor folds where it has to.
 */
export function splitOperations(text: string): Map<string, string> {
  const operations = new Map<string, string>();
  let start = 0;
  for (const definition of parse(text).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) throw new Error('only operations stand here');
    operations.set(
      definition.name!.value,
      text.slice(start, definition.loc!.end).trim().replaceAll('\n# ', ' '),
    );
    start = definition.loc!.end;
  }
  return operations;
}
