import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql';

/** Specifications that a `@link` may bring the directive from: a subgraph's, and a supergraph's of Apollo and The Guild. */
const FEDERATION = 'https://specs.apollo.dev/federation';
const SPECS = 'https://specs.apollo.dev/';

interface Link {
  /** The address without its version. */
  identity: string;
  /** What stands before `__` in names that are not imported. */
  namespace: string;
  /** Names in this document by their names in the specification, both with `@`. */
  imports: Map<string, string>;
}

/**
 * How a document calls a directive of federation, without the `@`: by its plain name, by another that it is imported
 * as, or with a namespace. A directive of the same name that another specification brings is not it.
 */
export function namesOf(directive: string, document: DocumentNode): Set<string> {
  const links = linksOf(document);
  const names = new Set<string>();
  for (const { identity, namespace, imports } of links) {
    const imported = imports.get(`@${directive}`);
    if (identity !== FEDERATION && identity !== `${SPECS}${directive}`) continue;
    if (imported) names.add(imported.slice(1));
    else if (identity === FEDERATION) names.add(`${namespace}__${directive}`);
    // A specification's own directive bears its name, or the one that the whole specification was given.
    else names.add(namespace);
  }
  // WunderGraph writes no @link, and knows the directive by its name alone.
  const isImported = links.some(({ identity, imports }) =>
    [...imports].some(
      ([name, as]) => as === `@${directive}` || (name === `@${directive}` && identity === FEDERATION),
    ),
  );
  const isNamed = links.some(({ identity }) => identity === `${SPECS}${directive}`);
  if (!isImported && !isNamed) names.add(directive);
  return names;
}

function linksOf(document: DocumentNode): Link[] {
  return document.definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => node.directives ?? [])
    .filter((node) => node.name.value === 'link')
    .flatMap((node) => toLink(node) ?? []);
}

function toLink(node: ConstDirectiveNode): Link | null {
  const url = textOf(argument(node, 'url'));
  const [, identity] = /^(.+?)(?:\/v\d+(?:\.\d+)*)?\/?$/.exec(url ?? '') ?? [];
  if (!identity) return null;
  const list = argument(node, 'import');
  const imports = list?.kind === Kind.LIST ? list.values.flatMap((value) => importOf(value)) : [];
  return {
    identity,
    namespace: textOf(argument(node, 'as')) ?? identity.slice(identity.lastIndexOf('/') + 1),
    imports: new Map(imports),
  };
}

function importOf(value: ConstValueNode): [string, string][] {
  if (value.kind === Kind.STRING) return [[value.value, value.value]];
  if (value.kind !== Kind.OBJECT) return [];
  const field = (name: string) => textOf(value.fields.find((one) => one.name.value === name)?.value);
  const name = field('name');
  return name ? [[name, field('as') ?? name]] : [];
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((one) => one.name.value === name)?.value;
}

function textOf(value: ConstValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING ? value.value : undefined;
}
