import type { ClientBase } from 'pg';
import type { Catalogue } from './catalogue.js';
import type { GroupGrantRow, Groups } from './groups.js';
import { insertRows } from './insert-rows.js';
import { DAY_MS } from './lots.js';
import { ADMINISTRATOR } from './people.js';
import type { SeedPlan } from './plan.js';

const daysBefore = ({ asOf }: SeedPlan, days: number) =>
  new Date(Date.parse(asOf) - days * DAY_MS).toISOString();

/** Services, their permissions, and roles with what they hold. */
export async function insertCatalogue(
  client: ClientBase,
  { services, permissions, roles }: Catalogue,
  plan: SeedPlan,
): Promise<void> {
  const at = daysBefore(plan, 1000);
  await insertRows(client, 'services', services, {
    slug: ['text', ({ slug }) => slug],
    name: ['text', ({ name }) => name],
    access: ['text', ({ access }) => access],
    created_at: ['timestamptz', () => at],
    updated_at: ['timestamptz', () => at],
  });
  await insertRows(client, 'permissions', permissions, {
    name: ['text', ({ name }) => name],
    service: ['text', ({ service }) => service],
    description: ['text', ({ description }) => description],
    deprecated: ['text', ({ deprecated }) => deprecated],
    created_at: ['timestamptz', () => at],
  });
  await insertRows(client, 'roles', roles, {
    id: ['uuid', ({ id }) => id],
    name: ['text', ({ name }) => name],
    description: ['text', ({ description }) => description],
    service: ['text', ({ service }) => service],
    created_at: ['timestamptz', () => at],
    updated_at: ['timestamptz', () => at],
  });
  const held = roles.flatMap((role) => role.permissions.map((permission) => ({ role, permission })));
  await insertRows(client, 'role_permissions', held, {
    role_id: ['uuid', ({ role }) => role.id],
    permission: ['text', ({ permission }) => permission],
  });
}

/** Groups, which are in which, what follows from that, and what they were given. */
export async function insertGroups(client: ClientBase, groups: Groups, plan: SeedPlan): Promise<void> {
  const at = daysBefore(plan, 900);
  await insertRows(client, 'user_groups', groups.groups, {
    id: ['uuid', ({ id }) => id],
    name: ['text', ({ name }) => name],
    description: ['text', ({ description }) => description],
    service: ['text', ({ service }) => service],
    created_at: ['timestamptz', () => at],
    updated_at: ['timestamptz', () => at],
  });
  await insertRows(client, 'group_nestings', groups.nestings, {
    group_id: ['uuid', ({ groupId }) => groupId],
    member_group_id: ['uuid', ({ memberGroupId }) => memberGroupId],
    created_at: ['timestamptz', () => at],
  });
  await insertRows(client, 'group_ancestors', groups.ancestors, {
    group_id: ['uuid', ({ groupId }) => groupId],
    ancestor_id: ['uuid', ({ ancestorId }) => ancestorId],
  });
  const { rows } = await client.query<{ id: string }>(`SELECT pg_temp.user_id(${ADMINISTRATOR.n}) AS id`);
  await insertGrants(client, 'group_role_grants', 'role_id', groups.roleGrants, rows[0]!.id);
  await insertGrants(client, 'group_permission_grants', 'permission', groups.permissionGrants, rows[0]!.id);
}

async function insertGrants(
  client: ClientBase,
  table: string,
  what: 'role_id' | 'permission',
  grants: GroupGrantRow[],
  administratorId: string,
): Promise<void> {
  await insertRows(client, table, grants, {
    id: ['uuid', ({ id }) => id],
    group_id: ['uuid', ({ groupId }) => groupId],
    [what]: [what === 'role_id' ? 'uuid' : 'text', (row: GroupGrantRow) => row.what],
    granted_by: ['uuid', () => administratorId],
    reason: ['text', ({ reason }) => reason],
    created_at: ['timestamptz', ({ createdAt }) => createdAt],
    expires_at: ['timestamptz', ({ expiresAt }) => expiresAt],
  });
}
