import { parse, print, visit, type FieldNode } from 'graphql';

type Path = readonly (string | number)[];

/**
 * The operation without the fields at these paths of its answer, and what leads to nothing else; null when nothing is
 * left. An error at a field that cannot be null takes its parents along, so that whatever else came back with them would
 * not be seen.
 */
export function withoutFields(operation: string, paths: readonly Path[]): string | null {
  const refused = new Set(paths.map((path) => path.filter((part) => typeof part === 'string').join('.')));
  const trail: string[] = [];
  let isEmpty = false;
  const document = visit(parse(operation), {
    Field: {
      enter(field) {
        trail.push(field.alias?.value ?? field.name.value);
        if (!refused.has(trail.join('.'))) return undefined;
        trail.pop();
        return null;
      },
      leave(field: FieldNode) {
        trail.pop();
        return field.selectionSet?.selections.length === 0 ? null : undefined;
      },
    },
    InlineFragment: {
      leave: (fragment) => (fragment.selectionSet.selections.length === 0 ? null : undefined),
    },
    OperationDefinition: {
      leave(definition) {
        isEmpty = definition.selectionSet.selections.length === 0;
      },
    },
  });
  return isEmpty ? null : print(document);
}
