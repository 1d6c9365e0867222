import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** The schema as its readers have it, with what federation adds. */
export function publishedSchema(): GraphQLSchema {
  const sdl = readFileSync('schema/schema.graphql', 'utf8').replace(/^extend schema @link.*$/m, '');
  return buildSchema(`${sdl}\n${readFileSync('test/support/federation.graphql', 'utf8')}`, {
    assumeValidSDL: true,
  });
}

/** A field of Query or Mutation. */
export interface RootField {
  kind: 'query' | 'mutation';
  name: string;
  field: GraphQLField<unknown, unknown>;
}

export function rootFields(schema: GraphQLSchema): RootField[] {
  const of = (kind: RootField['kind'], fields: Record<string, GraphQLField<unknown, unknown>>) =>
    Object.entries(fields).map(([name, field]) => ({ kind, name, field }));
  return [
    ...of('query', schema.getQueryType()!.getFields()),
    ...of('mutation', schema.getMutationType()!.getFields()),
  ];
}

/**
 * What arguments and fields of inputs are filled with: by the whole path (`registerService.permissions.name`), or by the
 * end of it (`permissions.name`, `name`), the longest that there is. A name without a value fails the test that comes upon
 * it: what is new in the schema has to be thought of.
 */
export type Values = Record<string, unknown>;

/** Variables for all arguments of a field, every field of every input filled. */
export function variablesOf({ name, field }: RootField, values: Values): Record<string, any> {
  return Object.fromEntries(field.args.map((arg) => [arg.name, fill(arg.type, [name, arg.name], values)]));
}

function fill(type: GraphQLInputType, path: string[], values: Values): unknown {
  // `input` says nothing: `grantRole.userId` is the path of grantRole(input: { userId }).
  const at = path.filter((part, index) => !(index === 1 && part === 'input'));
  for (let start = 0; start < at.length; start += 1) {
    const key = at.slice(start).join('.');
    if (key in values) return values[key];
  }
  const inner = getNullableType(type);
  if (isListType(inner)) return [fill(inner.ofType, path, values)];
  if (isInputObjectType(inner))
    return Object.fromEntries(
      Object.values(inner.getFields()).map((one) => [one.name, fill(one.type, [...path, one.name], values)]),
    );
  if (isEnumType(inner)) return inner.getValues()[0]!.name;
  if (String(inner) === 'Boolean') return true;
  throw new Error(`give ${at.join('.')} (${String(type)}) a value to try it with`);
}

/** The same; each once more without one of its optional parts, since some exclude each other; and without all of them. */
export function variantsOf(root: RootField, values: Values): Record<string, any>[] {
  const full = variablesOf(root, values);
  const variants = [full];
  const bare = { ...full };
  for (const { name, type } of root.field.args) {
    if (!isNonNullType(type)) {
      variants.push({ ...full, [name]: null });
      bare[name] = null;
    }
    const of = getNullableType(type);
    if (!isInputObjectType(of)) continue;
    const optional = Object.values(of.getFields()).filter((field) => !isNonNullType(field.type));
    const without = (fields: { name: string }[]) => {
      const left = new Set(fields.map((field) => field.name));
      return Object.fromEntries(Object.entries(full[name]).filter(([key]) => !left.has(key)));
    };
    for (const field of optional) variants.push({ ...full, [name]: without([field]) });
    bare[name] = without(optional);
  }
  return [...variants, bare];
}

/** Levels that lead to another object without being one. */
const STEPS = new Set(['edges', 'node']);

interface Child {
  /** The field with its arguments. */
  text: string;
  type: GraphQLCompositeType;
  isStep: boolean;
}

/** What a type has: fields that are values, and fields that lead on. */
function partsOf(type: GraphQLCompositeType, values: Values): { leaves: string[]; children: Child[] } {
  const leaves = ['__typename'];
  const children: Child[] = [];
  const fields = isUnionType(type) ? [] : Object.values(type.getFields());
  for (const field of fields) {
    const args = field.args.flatMap((arg) => {
      if (arg.name === 'first') return ['first: 2'];
      if (!isNonNullType(arg.type) || arg.defaultValue !== undefined) return [];
      return [`${arg.name}: ${JSON.stringify(fill(arg.type, [type.name, field.name, arg.name], values))}`];
    });
    const text = `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
    const of = getNamedType(field.type);
    if (isCompositeType(of)) children.push({ text, type: of, isStep: STEPS.has(field.name) });
    else leaves.push(text);
  }
  return { leaves, children };
}

/** The object types that stand behind a type. */
function concrete(type: GraphQLCompositeType, schema: GraphQLSchema): GraphQLCompositeType[] {
  return isUnionType(type) || isInterfaceType(type) ? [...schema.getPossibleTypes(type)] : [type];
}

/**
 * Operations that together select everything within `depth` objects of a root field: one, or as many as it takes for each
 * to fit. What does not fit even by itself cannot be asked for by anybody.
 */
export function operationsOf(
  schema: GraphQLSchema,
  { kind, name, field }: RootField,
  options: { depth: number; values: Values; fits: (operation: string) => boolean },
): string[] {
  const { values, fits } = options;
  const variables = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`);
  const args = field.args.map((arg) => `${arg.name}: $${arg.name}`);
  const inBrackets = (list: string[]) => (list.length > 0 ? `(${list.join(', ')})` : '');
  const wrap = (selection: string) =>
    `${kind} ${inBrackets(variables)} { ${name}${inBrackets(args)} ${selection} }`;

  const everything = (type: GraphQLCompositeType, depth: number): string => {
    const parts = concrete(type, schema).map((of) => {
      const { leaves, children } = partsOf(of, values);
      const deeper = children
        .filter(({ isStep }) => isStep || depth > 0)
        .map((child) => `${child.text} ${everything(child.type, depth - (child.isStep ? 0 : 1))}`);
      return on(of, type, [...leaves, ...deeper].join(' '));
    });
    return `{ ${parts.join(' ')} }`;
  };
  const split = (
    type: GraphQLCompositeType,
    depth: number,
    around: (selection: string) => string,
  ): string[] => {
    const whole = around(everything(type, depth));
    if (fits(whole)) return [whole];
    return concrete(type, schema).flatMap((of) => {
      const { leaves, children } = partsOf(of, values);
      const within = (selection: string) => around(`{ ${on(of, type, selection)} }`);
      const leafwise = fits(within(leaves.join(' ')))
        ? [within(leaves.join(' '))]
        : leaves.map(within).filter(fits);
      const deeper = children
        .filter(({ isStep }) => isStep || depth > 0)
        .flatMap((child) =>
          split(child.type, depth - (child.isStep ? 0 : 1), (inner) => within(`${child.text} ${inner}`)),
        );
      return [...leafwise, ...deeper];
    });
  };
  const type = getNamedType(field.type);
  return isCompositeType(type) ? split(type, options.depth, wrap) : [wrap('')];
}

function on(of: GraphQLCompositeType, type: GraphQLCompositeType, selection: string): string {
  return isObjectType(type) ? selection : `... on ${of.name} { ${selection} }`;
}
