import { recordEvents } from '../audit/index.js';
import type { StoredRole } from './catalogue.js';
import type { PermissionChange } from './change-permissions.js';
import { pgArray } from './find-losses.js';
import { grantEvent } from './grant.js';
import { GRANT_COLUMNS, toGrantRecord, type GrantRow, type GrantTable } from './grant-record.js';

/** As much of a change as writing it down takes. */
type Writing = Pick<PermissionChange, 'tx' | 'now' | 'caller' | 'actorId'>;

/** Events in one statement: a role may be given to very many. */
const BATCH = 1000;

/**
 * Takes everything that hangs on a role away with it, each with a trace of its own: what somebody could do is
 * written down where they lose it, and not only in the words "the role was deleted".
 */
export async function revokeAllOfRole(change: Writing, role: StoredRole): Promise<void> {
  const because = { because: `role ${role.name} was deleted` };
  await revokeAll(change, 'role_grants', 'role_id', [role.id], because);
  await revokeAll(change, 'group_role_grants', 'role_id', [role.id], because);
}

/** The same for permissions that their service removes. */
export async function revokeAllOfPermissions(change: Writing, permissions: readonly string[]): Promise<void> {
  const because = { because: 'the permission was removed' };
  await revokeAll(change, 'permission_grants', 'permission', permissions, because);
  await revokeAll(change, 'group_permission_grants', 'permission', permissions, because);
}

/** The same for a user who is deleted. */
export async function revokeAllOfUser(change: Writing, userId: string): Promise<void> {
  const because = { because: 'the user was deleted' };
  await revokeAll(change, 'role_grants', 'user_id', [userId], because);
  await revokeAll(change, 'permission_grants', 'user_id', [userId], because);
}

/** The same for a group. */
export async function revokeAllOfGroup(change: Writing, group: { id: string; name: string }): Promise<void> {
  const because = { because: `group ${group.name} was deleted` };
  await revokeAll(change, 'group_role_grants', 'group_id', [group.id], because);
  await revokeAll(change, 'group_permission_grants', 'group_id', [group.id], because);
}

type NamedRow = GrantRow & { role_name: string | null; group_name: string | null };

async function revokeAll(
  change: Writing,
  table: GrantTable,
  column: 'role_id' | 'permission' | 'group_id' | 'user_id',
  ids: readonly string[],
  details: Record<string, unknown>,
): Promise<void> {
  const isGroup = table.startsWith('group_');
  const type = column === 'permission' ? 'text' : 'uuid';
  const rows: NamedRow[] = await change.tx.execute(
    `WITH g AS (DELETE FROM ${table} WHERE ${column} = ANY(?::${type}[]) RETURNING *)
     SELECT ${GRANT_COLUMNS[table]},
       ${table.endsWith('role_grants') ? '(SELECT r.name FROM roles r WHERE r.id = g.role_id)' : 'NULL'} AS role_name,
       ${isGroup ? '(SELECT s.name FROM user_groups s WHERE s.id = g.group_id)' : 'NULL'} AS group_name
     FROM g`,
    [pgArray(ids)],
  );
  const entries = rows.map((row) => {
    const grant = toGrantRecord(row);
    const target = {
      what: grant.roleId === null ? ('permission' as const) : ('role' as const),
      name: row.role_name ?? grant.permission!,
      subjectColumn: isGroup ? ('group_id' as const) : ('user_id' as const),
      subjectId: (grant.userId ?? grant.groupId)!,
      groupName: row.group_name,
    };
    return grantEvent(change, 'revoked', target, { before: grant, after: null }, details);
  });
  for (let start = 0; start < entries.length; start += BATCH)
    await recordEvents(change.tx, change.now, change.caller, entries.slice(start, start + BATCH));
}
