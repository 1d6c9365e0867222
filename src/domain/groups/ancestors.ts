import type { EntityManager } from '../../platform/database.js';

/** Whether `groupId` is `outerId` itself or lies in it, however deep. */
export async function isWithin(tx: EntityManager, groupId: string, outerId: string): Promise<boolean> {
  const found: unknown[] = await tx.execute(
    'SELECT 1 FROM group_ancestors WHERE group_id = ? AND ancestor_id = ?',
    [groupId, outerId],
  );
  return found.length > 0;
}

/**
 * Derives the ancestors of a group and of everything in it anew from the nestings. Made within the one change
 * of permissions that is under way, so that nobody sees half of it, and no two changes make a cycle together.
 */
export async function deriveAncestors(tx: EntityManager, groupId: string): Promise<void> {
  const below: { group_id: string }[] = await tx.execute(
    'SELECT group_id FROM group_ancestors WHERE ancestor_id = ?',
    [groupId],
  );
  const ids = below.map((row) => row.group_id);
  if (ids.length === 0) return;
  const places = ids.map(() => '?').join(', ');
  await tx.execute(`DELETE FROM group_ancestors WHERE group_id IN (${places})`, ids);
  await tx.execute(
    `INSERT INTO group_ancestors (group_id, ancestor_id)
     WITH RECURSIVE up (group_id, ancestor_id) AS (
       SELECT id, id FROM user_groups WHERE id IN (${places})
       UNION
       SELECT up.group_id, n.group_id FROM up JOIN group_nestings n ON n.member_group_id = up.ancestor_id
     ) SELECT group_id, ancestor_id FROM up`,
    ids,
  );
}

/**
 * Everything that members of a group get through it: by its own grants and those of the groups around it, whether
 * they have expired or not, since an expired grant may be given again.
 */
export async function permissionsThrough(tx: EntityManager, groupId: string): Promise<string[]> {
  const rows: { permission: string }[] = await tx.execute(
    `SELECT g.permission FROM group_ancestors a JOIN group_permission_grants g ON g.group_id = a.ancestor_id
       WHERE a.group_id = ?
     UNION
     SELECT rp.permission FROM group_ancestors a JOIN group_role_grants g ON g.group_id = a.ancestor_id
       JOIN role_permissions rp ON rp.role_id = g.role_id WHERE a.group_id = ?
     ORDER BY 1`,
    [groupId, groupId],
  );
  return rows.map((row) => row.permission);
}
