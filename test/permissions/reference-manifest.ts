import { OWN, type Change, type DeclaredRole } from './commands.js';
import { addRole, refuse, removeRole, requireManagement, requireNoLoss, roleOf } from './reference-rules.js';
import type { State } from './reference-model.js';

const STANDING = ['permissions.manage', 'sign-in'];
type Declaration = Change & { do: 'register service' | 'update service' };

/** What a manifest makes of a service, and why it may not be applied. */
export function declareService(state: State, actor: string | null, change: Declaration): void {
  const { slug } = change;
  const full = (name: string) => `${slug}:${name}`;
  const stored = state.services.get(slug);
  if (change.do === 'register service') requireManagement(state, actor, []);
  else {
    requireManagement(state, actor, [full('permissions.manage')]);
    if (!stored) refuse('notFound');
  }
  const permissions =
    change.permissions ??
    OWN.flatMap((name) => {
      const declared = state.permissions.get(full(name));
      return declared ? [{ name, deprecated: declared.deprecated }] : [];
    });
  const present = [...state.roles].filter(([, role]) => role.service === slug);
  const roles =
    change.roles ??
    present.map(([, role]) => ({
      name: role.name,
      permissions: [...role.permissions].map((name) => name.slice(slug.length + 1)),
    }));
  const names = permissions.map(({ name }) => name);
  refuseFaults(state, slug, names, roles);

  const goneNames = OWN.filter((name) => state.permissions.has(full(name)) && !names.includes(name)).map(
    full,
  );
  if (goneNames.some((name) => !state.permissions.get(name)!.deprecated)) refuse('invalidInput');
  const goneRoles = present.filter(
    ([, { name }]) => !roles.some((role) => role.name.toLowerCase() === name.toLowerCase()),
  );

  const access = change.access ?? stored!.access;
  const differs =
    access !== stored?.access ||
    goneNames.length > 0 ||
    goneRoles.length > 0 ||
    permissions.some(
      ({ name, deprecated }) => state.permissions.get(full(name))?.deprecated !== deprecated,
    ) ||
    roles.some((role) => !isSame(state, role, full));
  if (change.do === 'register service' && stored && differs) refuse('nameTaken');

  const wanted = (name: string) => roles.find((role) => role.name.toLowerCase() === name.toLowerCase());
  if (change.do === 'update service' && !change.confirm)
    requireNoLoss(state, (draft) => {
      dropPermissions(draft, goneNames);
      for (const [id, { name }] of present) {
        const kept = new Set(wanted(name)?.permissions.map(full));
        const role = draft.roles.get(id)!;
        role.permissions = new Set([...role.permissions].filter((permission) => kept.has(permission)));
      }
    });

  state.services.set(slug, { access });
  for (const { name, deprecated } of permissions) state.permissions.set(full(name), { deprecated });
  for (const name of STANDING) state.permissions.set(full(name), { deprecated: false });
  for (const [id] of goneRoles) removeRole(state, id);
  for (const role of roles) {
    const id = roleOf(state, role.name);
    if (id === undefined) addRole(state, role.name, slug, role.permissions.map(full));
    else
      Object.assign(state.roles.get(id)!, {
        name: role.name,
        permissions: new Set(role.permissions.map(full)),
      });
  }
  dropPermissions(state, goneNames);
}

function refuseFaults(state: State, slug: string, names: string[], roles: DeclaredRole[]): void {
  const known = new Set([...names, ...STANDING]);
  const roleNames = roles.map(({ name }) => name.toLowerCase());
  const isOfOthers = (name: string) => {
    const id = roleOf(state, name);
    return id !== undefined && state.roles.get(id)!.service !== slug;
  };
  if (
    slug === 'signet' ||
    names.some((name) => STANDING.includes(name)) ||
    new Set(names).size < names.length ||
    new Set(roleNames).size < roleNames.length ||
    roles.some(({ permissions }) => permissions.some((name) => !known.has(name))) ||
    roles.some(({ name }) => isOfOthers(name))
  )
    refuse('invalidInput');
}

function isSame(state: State, role: DeclaredRole, full: (name: string) => string): boolean {
  const id = roleOf(state, role.name);
  const stored = id === undefined ? undefined : state.roles.get(id)!;
  const wanted = new Set(role.permissions.map(full));
  return (
    stored?.name === role.name &&
    stored.permissions.size === wanted.size &&
    [...wanted].every((permission) => stored.permissions.has(permission))
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
  for (const [id, role] of state.roles) if (role.service === slug) removeRole(state, id);
  dropPermissions(state, names);
  for (const group of state.groups.values()) if (group.service === slug) group.service = null;
  state.services.delete(slug);
}
