import type { ClientBase } from 'pg';

const WHAT = {
  users: 'users',
  services: 'services',
  permissions: 'permissions',
  roles: 'roles',
  role_permissions: 'permissions in roles',
  user_groups: 'groups',
  group_nestings: 'groups in groups',
  group_members: 'users in groups',
  group_role_grants: 'roles given to groups',
  group_permission_grants: 'permissions given to groups',
  role_grants: 'roles given to users',
  permission_grants: 'permissions given to users',
  audit_events: 'audit events',
};

/** How much there is of everything, Signet's own included. */
export async function reportRows(client: ClientBase): Promise<string> {
  const lines: string[] = [];
  for (const [table, what] of Object.entries(WHAT)) {
    const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    lines.push(`${rows[0]!.count.toLocaleString('en').padStart(12)}  ${what}`);
  }
  return lines.join('\n');
}
