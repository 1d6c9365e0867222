import { readFileSync } from 'node:fs';
import { Kind, parse, print, type DefinitionNode, type NameNode } from 'graphql';

/** What clients know, which may grow and not change. */
const CONTRACT = readFileSync('test/schema/permissions-contract.graphql', 'utf8');

/** Each part of a definition as text under its name: `grants(after: String, first: Int! = 20): X!`. */
function partsOf(definition: DefinitionNode): Map<string, string> {
  const named = (nodes: readonly { name: NameNode }[] | undefined, text: (node: never) => string) =>
    new Map((nodes ?? []).map((node) => [node.name.value, text(node as never)]));
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
      return named(definition.fields, (field: (typeof definition.fields & {})[number]) => {
        const args = (field.arguments ?? []).map((one) => print({ ...one, description: undefined }));
        return `(${args.toSorted().join(', ')}): ${print(field.type)}`;
      });
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return named(definition.fields, (field: (typeof definition.fields & {})[number]) =>
        print({ ...field, description: undefined }),
      );
    case Kind.ENUM_TYPE_DEFINITION:
      return named(definition.values, (value: (typeof definition.values & {})[number]) => value.name.value);
    case Kind.UNION_TYPE_DEFINITION:
      return named(definition.types, (type: (typeof definition.types & {})[number]) => type.name.value);
    default:
      throw new Error(`no ${definition.kind} is in the contract`);
  }
}

const typesOf = (sdl: string) =>
  new Map(
    parse(sdl).definitions.flatMap((definition) =>
      'name' in definition && definition.name ? [[definition.name.value, definition] as const] : [],
    ),
  );

describe('the contract of permissions', () => {
  const printed = typesOf(readFileSync('schema/schema.graphql', 'utf8'));

  it.each([...typesOf(CONTRACT)])('has %s as clients know it', (name, definition) => {
    const [contract, present] = [partsOf(definition), partsOf(printed.get(name)!)];
    const known = [...present].filter(([part]) => contract.has(part));
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(contract));
  });

  it('asks for nothing more in an input than clients give', () => {
    for (const [name, definition] of typesOf(CONTRACT)) {
      if (definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION || name === 'LoginInput') continue;
      const known = new Set(partsOf(definition).keys());
      const stored = printed.get(name);
      if (stored?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) throw new Error(`${name} is no input`);
      const required = (stored.fields ?? []).filter(
        ({ name: field, type, defaultValue }) =>
          type.kind === Kind.NON_NULL_TYPE && !defaultValue && !known.has(field.value),
      );
      expect([name, required.map((field) => field.name.value)]).toEqual([name, []]);
    }
  });
});
