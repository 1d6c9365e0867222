import type { EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { PermissionGrant } from './permission-grant.entity.js';
import { ADMINISTRATION, SIGNET_PERMISSIONS } from './permissions.js';
import { newId } from '../new-id.js';

/** Gives a user every permission of Signet itself. */
export async function grantAdministration(
  tx: EntityManager,
  now: Date,
  userId: string,
  caller: Caller | null,
): Promise<void> {
  const reason = 'administrator';
  for (const permission of Object.keys(SIGNET_PERMISSIONS)) {
    await tx.insert(PermissionGrant, {
      id: newId(now),
      userId,
      permission,
      grantedBy: null,
      reason,
      createdAt: now,
      expiresAt: null,
    });
    await recordEvents(tx, now, caller, [
      { type: 'permission.granted', actorId: null, userId, details: { permission, reason } },
    ]);
  }
}

/**
 * Active users who can give every permission. With `lock`, their grants are locked until the
 * transaction ends, so that two who leave at once cannot both believe that the other stays.
 */
export async function activeAdministrators(tx: EntityManager, now: Date, lock = false): Promise<string[]> {
  // A statement of its own: one that had to wait for the lock would go on with a status read before.
  if (lock)
    await tx.execute('SELECT id FROM permission_grants WHERE permission = ? ORDER BY id FOR UPDATE', [
      ADMINISTRATION,
    ]);
  const rows: { user_id: string }[] = await tx.execute(
    `SELECT g.user_id FROM permission_grants g JOIN users u ON u.id = g.user_id
     WHERE g.permission = ? AND (g.expires_at IS NULL OR g.expires_at > ?) AND u.status = 'ACTIVE'
     ORDER BY g.id`,
    [ADMINISTRATION, now],
  );
  return rows.map((row) => row.user_id);
}
