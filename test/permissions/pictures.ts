import type { TestApp } from '../support/test-app.js';
import { around, type State } from './reference-model.js';

/** Everything that decides who may do what, in the words of the model and in one order. */
export interface Picture {
  users: Record<string, string>;
  services: Record<string, string>;
  /** `deprecated` or `in use`. */
  permissions: Record<string, string>;
  roles: Record<string, { service: string | null; permissions: string[] }>;
  groups: Record<string, { name: string; service: string | null; users: string[]; groups: number[] }>;
  /** `group < group around it`, each group with itself. */
  around: string[];
  /** By `receiver ← role or permission`. */
  grants: Record<string, { by: string | null; reason: string | null; expiresAt: number | null }>;
}

export function pictureOf(state: State): Picture {
  const grants = state.grants.map(({ user, group, role, permission, by, reason, expiresAt }) => {
    const what = role === undefined ? permission! : `role ${state.roles.get(role)!.name}`;
    return [`${user ?? `group ${group}`} ← ${what}`, { by, reason, expiresAt }] as const;
  });
  return {
    users: Object.fromEntries([...state.users].map(([name, { status }]) => [name, status])),
    services: Object.fromEntries([...state.services].map(([slug, { access }]) => [slug, access])),
    permissions: Object.fromEntries(
      [...state.permissions].map(([name, { deprecated }]) => [name, deprecated ? 'deprecated' : 'in use']),
    ),
    roles: Object.fromEntries(
      [...state.roles.values()].map(({ name, service, permissions }) => [
        name,
        { service, permissions: [...permissions].toSorted() },
      ]),
    ),
    groups: Object.fromEntries(
      [...state.groups].map(([id, group]) => [
        id,
        {
          ...group,
          users: [...group.users].toSorted(),
          groups: [...group.groups].toSorted((one, other) => one - other),
        },
      ]),
    ),
    around: [...state.groups.keys()]
      .flatMap((id) => [...around(state, id)].map((outer) => `${id} < ${outer}`))
      .toSorted(),
    grants: Object.fromEntries(grants),
  };
}

/** What an id of the database is called in the model, and moments as its hours. */
export interface Words {
  person: (id: string) => string;
  group: (id: string) => number;
  hours: (moment: string | null) => number | null;
}

interface StoredGrant {
  user_id: string | null;
  group_id: string | null;
  what: string;
  granted_by: string | null;
  reason: string | null;
  expires_at: string | null;
}

interface Stored {
  users: { id: string; status: string }[];
  services: { slug: string; access: string }[];
  permissions: { name: string; deprecated: string | null }[];
  roles: { name: string; service: string | null; permissions: string[] }[];
  groups: { id: string; name: string; service: string | null }[];
  members: { user_id: string; group_id: string }[];
  nestings: { group_id: string; member_group_id: string }[];
  ancestors: { group_id: string; ancestor_id: string }[];
  grants: StoredGrant[];
}

const grants = (table: string, subject: string, what: string) =>
  `SELECT ${subject === 'user_id' ? 'user_id, NULL::uuid AS group_id' : 'NULL::uuid, group_id'}, ${what} AS what,
     granted_by, reason, expires_at FROM ${table}`;
const roleName = `(SELECT 'role ' || r.name FROM roles r WHERE r.id = role_id)`;
const TABLES: Record<keyof Stored, string> = {
  users: 'SELECT id, status FROM users',
  services: 'SELECT slug, access FROM services',
  permissions: 'SELECT name, deprecated FROM permissions',
  roles: `SELECT name, service, ARRAY(SELECT permission FROM role_permissions WHERE role_id = roles.id) AS permissions
    FROM roles`,
  groups: 'SELECT id, name, service FROM user_groups',
  members: 'SELECT user_id, group_id FROM group_members',
  nestings: 'SELECT group_id, member_group_id FROM group_nestings',
  ancestors: 'SELECT group_id, ancestor_id FROM group_ancestors',
  grants: [
    grants('role_grants', 'user_id', roleName),
    grants('permission_grants', 'user_id', 'permission'),
    grants('group_role_grants', 'group_id', roleName),
    grants('group_permission_grants', 'group_id', 'permission'),
  ].join(' UNION ALL '),
};
const READ = `SELECT ${Object.entries(TABLES)
  .map(([name, select]) => `(SELECT coalesce(json_agg(row), '[]') FROM (${select}) row) AS ${name}`)
  .join(', ')}`;

/** The same, read from every table by one statement. */
export async function storedPicture(app: Pick<TestApp, 'sql'>, words: Words): Promise<Picture> {
  const [stored] = await app.sql<Stored>(READ);
  const { users, services, permissions, roles, groups, members, nestings, ancestors, grants } = stored!;
  const { person, group, hours } = words;
  return {
    users: Object.fromEntries(users.map(({ id, status }) => [person(id), status])),
    services: Object.fromEntries(services.map(({ slug, access }) => [slug, access])),
    permissions: Object.fromEntries(
      permissions.map(({ name, deprecated }) => [name, deprecated === null ? 'in use' : 'deprecated']),
    ),
    roles: Object.fromEntries(
      roles.map(({ name, service, permissions }) => [name, { service, permissions: permissions.toSorted() }]),
    ),
    groups: Object.fromEntries(
      groups.map(({ id, name, service }) => {
        const inside = members
          .filter(({ group_id }) => group_id === id)
          .map(({ user_id }) => person(user_id));
        const nested = nestings.filter(({ group_id }) => group_id === id);
        const groups = nested
          .map(({ member_group_id }) => group(member_group_id))
          .toSorted((one, other) => one - other);
        return [group(id), { name, service, users: inside.toSorted(), groups }];
      }),
    ),
    around: ancestors
      .map(({ group_id, ancestor_id }) => `${group(group_id)} < ${group(ancestor_id)}`)
      .toSorted(),
    grants: Object.fromEntries(
      grants.map(({ user_id, group_id, what, granted_by, reason, expires_at }) => [
        `${user_id ? person(user_id) : `group ${group(group_id!)}`} ← ${what}`,
        { by: granted_by && person(granted_by), reason, expiresAt: hours(expires_at) },
      ]),
    ),
  };
}
