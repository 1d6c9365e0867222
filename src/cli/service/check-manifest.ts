import { didYouMean } from './did-you-mean.js';
import { STANDING_PERMISSIONS } from './manifest.js';

export type Path = (string | number)[];

export interface PathFault {
  path: Path;
  code: string;
  message: string;
  /** Another place that explains this one, such as the first of two. */
  seeAlso?: Path;
}

type Names = { name: string; path: Path }[];

/**
 * What is wrong between parts of a manifest, and not with one alone. Looks at everything that can be read, so that
 * a fault elsewhere hides none of these.
 */
export function checkNames(manifest: unknown): PathFault[] {
  const permissions = namesIn(manifest, 'permissions');
  const roles = namesIn(manifest, 'roles');
  const known = new Set([...permissions.map(({ name }) => name), ...STANDING_PERMISSIONS]);
  return [
    ...duplicates(permissions, 'permission', (name) => name),
    ...duplicates(roles, 'role', (name) => name.normalize('NFC').trim().toLowerCase()),
    ...standing(permissions),
    ...listOf(manifest, 'roles').flatMap((role, index) => {
      const path = ['roles', index, 'permissions'];
      const names = listOf(role, 'permissions').flatMap((name, at) =>
        typeof name === 'string' ? [{ name, path: [...path, at] }] : [],
      );
      return [...duplicates(names, 'permission', (name) => name), ...unknownOnes(names, known)];
    }),
  ];
}

function duplicates(names: Names, what: string, keyOf: (name: string) => string): PathFault[] {
  const first = new Map<string, Path>();
  return names.flatMap(({ name, path }) => {
    const seen = first.get(keyOf(name));
    if (!seen) first.set(keyOf(name), path);
    return seen
      ? [{ path, code: 'DUPLICATE', message: `The ${what} "${name}" is named twice`, seeAlso: seen }]
      : [];
  });
}

function standing(permissions: Names): PathFault[] {
  return permissions
    .filter(({ name }) => STANDING_PERMISSIONS.includes(name))
    .map(({ name, path }) => ({
      path,
      code: 'RESERVED',
      message: `Every service has "${name}" from Signet; leave it out.`,
    }));
}

function unknownOnes(names: Names, known: Set<string>): PathFault[] {
  return names
    .filter(({ name }) => !name.includes(':') && !known.has(name))
    .map(({ name, path }) => ({
      path,
      code: 'UNKNOWN',
      message: `This manifest has no permission "${name}".${didYouMean(name, known)}`,
    }));
}

function namesIn(manifest: unknown, list: string): Names {
  return listOf(manifest, list).flatMap((item, index) => {
    const name = valueOf(item, 'name');
    return typeof name === 'string' ? [{ name, path: [list, index, 'name'] }] : [];
  });
}

function listOf(parent: unknown, key: string): unknown[] {
  const value = valueOf(parent, key);
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function valueOf(parent: unknown, key: string): unknown {
  return typeof parent === 'object' && parent !== null ? (parent as Record<string, unknown>)[key] : undefined;
}
