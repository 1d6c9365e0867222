import type { EntityManager } from '../../platform/database.js';
import type { PermissionLoss } from './change-permissions.js';
import { inForceSql } from './permissions.js';

/** So many people of each permission are named; the rest is counted. */
const NAMED = 20;

export interface Removal {
  /** Permissions that go altogether. */
  permissions?: readonly string[];
  /** Permissions that leave a role, or go with it. */
  rolePermissions?: readonly { roleId: string; permission: string }[];
  /** A group that goes, and what reaches people through it. */
  group?: { id: string; permissions: readonly string[] };
}

/**
 * Who would lose which permission: everyone all of whose ways to it go. Who keeps it by another way loses
 * nothing. For a group it errs on the safe side: a second way around it through other groups is not seen.
 */
export async function findLosses(tx: EntityManager, now: Date, removal: Removal): Promise<PermissionLoss[]> {
  const whole = removal.permissions ?? [];
  const pairs = removal.rolePermissions ?? [];
  const group = removal.group ?? null;
  const affected = [
    ...new Set([...whole, ...pairs.map((pair) => pair.permission), ...(group?.permissions ?? [])]),
  ];
  if (affected.length === 0) return [];
  const rows: { permission: string; user_count: number; user_ids: string[] }[] = await tx.execute(
    `WITH affected AS (SELECT unnest(?::text[]) AS permission),
     gone AS (SELECT unnest(?::uuid[]) AS role_id, unnest(?::text[]) AS permission),
     way AS (
       SELECT g.user_id, g.permission, g.expires_at, NULL::uuid AS role_id, NULL::uuid AS member_of, NULL::uuid AS given_to
         FROM affected JOIN permission_grants g USING (permission)
       UNION ALL
       SELECT g.user_id, rp.permission, g.expires_at, rp.role_id, NULL, NULL
         FROM affected JOIN role_permissions rp USING (permission) JOIN role_grants g ON g.role_id = rp.role_id
       UNION ALL
       SELECT m.user_id, g.permission, g.expires_at, NULL, m.group_id, g.group_id
         FROM affected JOIN group_permission_grants g USING (permission)
         JOIN group_ancestors a ON a.ancestor_id = g.group_id JOIN group_members m ON m.group_id = a.group_id
       UNION ALL
       SELECT m.user_id, rp.permission, g.expires_at, rp.role_id, m.group_id, g.group_id
         FROM affected JOIN role_permissions rp USING (permission)
         JOIN group_role_grants g ON g.role_id = rp.role_id
         JOIN group_ancestors a ON a.ancestor_id = g.group_id JOIN group_members m ON m.group_id = a.group_id
     ),
     lost AS (
       SELECT way.user_id, way.permission FROM way JOIN users u ON u.id = way.user_id AND u.status = 'ACTIVE'
       WHERE ${inForceSql('way', '?')}
       GROUP BY way.user_id, way.permission
       HAVING bool_and(
         way.permission = ANY(?::text[])
         OR EXISTS (SELECT 1 FROM gone WHERE gone.role_id = way.role_id AND gone.permission = way.permission)
         OR (EXISTS (SELECT 1 FROM group_ancestors a WHERE a.group_id = way.member_of AND a.ancestor_id = ?::uuid)
             AND EXISTS (SELECT 1 FROM group_ancestors a WHERE a.group_id = ?::uuid AND a.ancestor_id = way.given_to)))
     )
     SELECT permission, count(*)::int AS user_count, (array_agg(user_id ORDER BY user_id))[1:${NAMED}] AS user_ids
     FROM lost GROUP BY permission ORDER BY permission`,
    [
      pgArray(affected),
      pgArray(pairs.map((pair) => pair.roleId)),
      pgArray(pairs.map((pair) => pair.permission)),
      now,
      pgArray(whole),
      group?.id ?? null,
      group?.id ?? null,
    ],
  );
  return rows.map((row) => ({
    permission: row.permission,
    userCount: row.user_count,
    userIds: row.user_ids,
  }));
}

/** An array as PostgreSQL writes it: MikroORM would spread a JavaScript one over several places. */
export function pgArray(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
