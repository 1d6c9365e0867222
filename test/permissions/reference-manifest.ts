import { OWN, type Change, type DeclaredPermission, type DeclaredRole } from './commands.js';
import {
  addRole,
  refuse,
  removeRole,
  requireLasting,
  requireManagement,
  requireNoLoss,
  roleOf,
} from './reference-rules.js';
import type { Role, State } from './reference-model.js';

const STANDING = ['permissions.manage', 'sign-in'];
type Declaration = Change & { do: 'register service' | 'update service' };

interface Manifest {
  slug: string;
  access: 'OPEN' | 'CLOSED';
  permissions: DeclaredPermission[];
  roles: DeclaredRole[];
}

/** What a manifest makes of a service, and why it may not be applied. */
export function declareService(state: State, actor: string | null, change: Declaration): void {
  const isUpdate = change.do === 'update service';
  requireManagement(state, actor, isUpdate ? [`${change.slug}:permissions.manage`] : []);
  const stored = state.services.get(change.slug);
  if (isUpdate && !stored) refuse('notFound');
  const manifest = complete(state, change);
  refuseFaults(state, manifest);

  const { slug, access, permissions, roles } = manifest;
  const full = (name: string) => `${slug}:${name}`;
  const present = declaredRoles(state, slug);
  const namesakeOf = ({ name }: Role) => roles.find((role) => isSameName(role.name, name));
  const left = (role: Role) => new Set(namesakeOf(role)?.permissions.map(full));
  const goneRoles = present.filter(([, role]) => !namesakeOf(role));
  const gone = OWN.filter(
    (own) => state.permissions.has(full(own)) && !permissions.some(({ name }) => name === own),
  ).map(full);
  if (gone.some((name) => !state.permissions.get(name)!.deprecated)) refuse('invalidInput');
  // A deprecated permission comes into no role that does not hold it.
  for (const role of stored ? roles : []) {
    const held = present.find(([, { name }]) => isSameName(name, role.name))?.[1].permissions;
    const isNew = (name: string) => !held?.has(full(name));
    if (
      permissions.some(({ name, deprecated }) => deprecated && role.permissions.includes(name) && isNew(name))
    )
      refuse('invalidInput');
  }
  if (!isUpdate && stored && differs(state, manifest, gone.length + goneRoles.length)) refuse('nameTaken');
  if (isUpdate) {
    const added = present.flatMap(([, role]) => [...left(role).difference(role.permissions)]);
    requireLasting(state, actor, added, null);
    if (!change.confirm)
      requireNoLoss(state, (draft) => {
        dropPermissions(draft, gone);
        for (const [, role] of declaredRoles(draft, slug))
          role.permissions = role.permissions.intersection(left(role));
      });
  }

  state.services.set(slug, { access });
  for (const { name, deprecated } of permissions) state.permissions.set(full(name), { deprecated });
  for (const name of STANDING) state.permissions.set(full(name), { deprecated: false });
  for (const [id] of goneRoles) removeRole(state, id);
  for (const { name, permissions } of roles) {
    const id = roleOf(state, name);
    if (id === undefined) addRole(state, name, slug, permissions.map(full));
    else Object.assign(state.roles.get(id)!, { name, permissions: new Set(permissions.map(full)) });
  }
  dropPermissions(state, gone);
}

/** What is left out stays as it is. */
function complete(state: State, { slug, access, permissions, roles }: Declaration): Manifest {
  const bare = (permission: string) => permission.slice(slug.length + 1);
  return {
    slug,
    access: access ?? state.services.get(slug)!.access,
    permissions:
      permissions ??
      OWN.map((name) => ({ name, ...state.permissions.get(`${slug}:${name}`) })).filter(
        (permission): permission is DeclaredPermission => permission.deprecated !== undefined,
      ),
    roles:
      roles ??
      declaredRoles(state, slug).map(([, { name, permissions }]) => ({
        name,
        permissions: [...permissions].map(bare),
      })),
  };
}

function declaredRoles(state: State, slug: string): [number, Role][] {
  return [...state.roles].filter(([, { service }]) => service === slug);
}

const isSameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function refuseFaults(state: State, { slug, permissions, roles }: Manifest): void {
  const names = permissions.map(({ name }) => name);
  const known = new Set([...names, ...STANDING]);
  const roleNames = roles.map(({ name }) => name.toLowerCase());
  const isOfOthers = ({ name }: DeclaredRole) => {
    const id = roleOf(state, name);
    return id !== undefined && state.roles.get(id)!.service !== slug;
  };
  if (
    slug === 'signet' ||
    names.some((name) => STANDING.includes(name)) ||
    new Set(names).size < names.length ||
    new Set(roleNames).size < roleNames.length ||
    roles.some((role) => role.permissions.some((name) => !known.has(name))) ||
    roles.some(isOfOthers)
  )
    refuse('invalidInput');
}

/** Whether a manifest says anything else than what stands. */
function differs(state: State, { slug, access, permissions, roles }: Manifest, gone: number): boolean {
  const isNew = ({ name, permissions }: DeclaredRole) => {
    const stored = state.roles.get(roleOf(state, name) ?? -1);
    const wanted = new Set(permissions.map((permission) => `${slug}:${permission}`));
    return stored?.name !== name || stored.permissions.symmetricDifference(wanted).size > 0;
  };
  return (
    gone > 0 ||
    access !== state.services.get(slug)!.access ||
    permissions.some((one) => state.permissions.get(`${slug}:${one.name}`)?.deprecated !== one.deprecated) ||
    roles.some(isNew)
  );
}

/** Takes permissions away with everything that gave them. */
function dropPermissions(state: State, names: string[]): void {
  for (const name of names) {
    state.permissions.delete(name);
    for (const role of state.roles.values()) role.permissions.delete(name);
    state.grants = state.grants.filter(({ permission }) => permission !== name);
  }
}

export function removeService(
  state: State,
  actor: string | null,
  { slug, confirm }: Change & { do: 'delete service' },
): void {
  requireManagement(state, actor, []);
  if (!state.services.has(slug)) refuse('notFound');
  if (slug === 'signet') refuse('invalidInput');
  const names = [...state.permissions.keys()].filter((name) => name.startsWith(`${slug}:`));
  if (!confirm) requireNoLoss(state, (draft) => dropPermissions(draft, names));
  for (const [id] of declaredRoles(state, slug)) removeRole(state, id);
  dropPermissions(state, names);
  for (const group of state.groups.values()) if (group.service === slug) group.service = null;
  state.services.delete(slug);
}
