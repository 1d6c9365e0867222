import type { EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { newId } from '../new-id.js';
import { RoleGrant } from './grant.entities.js';
import { ADMINISTRATION, ADMINISTRATOR_ROLE } from './permissions.js';

/** Gives a user every permission of Signet itself, by the role that has them all. */
export async function grantAdministration(
  tx: EntityManager,
  now: Date,
  userId: string,
  caller: Caller | null,
): Promise<void> {
  const [role]: { id: string }[] = await tx.execute(
    `SELECT id FROM roles WHERE lower(name) = ? AND service = 'signet'`,
    [ADMINISTRATOR_ROLE],
  );
  const reason = 'administrator';
  await tx.insert(RoleGrant, {
    id: newId(now),
    userId,
    roleId: role!.id,
    grantedBy: null,
    reason,
    createdAt: now,
    expiresAt: null,
  });
  await recordEvents(tx, now, caller, [
    {
      type: 'role.granted',
      actorId: null,
      userId,
      subject: { kind: 'role', name: ADMINISTRATOR_ROLE },
      before: null,
      after: { reason, expiresAt: null },
    },
  ]);
}

/**
 * Whether an active user, other than `exceptUserId`, can give every permission for good, in whichever way. Who can
 * until a day only does not count: on that day nobody could make another administrator. Nor do machines.
 */
export async function permanentAdministratorExists(
  tx: EntityManager,
  exceptUserId: string | null = null,
): Promise<boolean> {
  const found: unknown[] = await tx.execute(
    `SELECT 1 FROM (
       SELECT g.user_id FROM permission_grants g WHERE g.permission = ? AND g.expires_at IS NULL
       UNION ALL
       SELECT g.user_id FROM role_permissions rp JOIN role_grants g ON g.role_id = rp.role_id
         WHERE rp.permission = ? AND g.expires_at IS NULL
       UNION ALL
       SELECT m.user_id FROM group_permission_grants g
         JOIN group_ancestors a ON a.ancestor_id = g.group_id
         JOIN group_members m ON m.group_id = a.group_id
         WHERE g.permission = ? AND g.expires_at IS NULL
       UNION ALL
       SELECT m.user_id FROM role_permissions rp JOIN group_role_grants g ON g.role_id = rp.role_id
         JOIN group_ancestors a ON a.ancestor_id = g.group_id
         JOIN group_members m ON m.group_id = a.group_id
         WHERE rp.permission = ? AND g.expires_at IS NULL
     ) way JOIN users u ON u.id = way.user_id
     WHERE u.status = 'ACTIVE' AND NOT EXISTS (SELECT 1 FROM oauth_clients c WHERE c.user_id = u.id) AND (?::uuid IS NULL OR u.id <> ?) LIMIT 1`,
    [ADMINISTRATION, ADMINISTRATION, ADMINISTRATION, ADMINISTRATION, exceptUserId, exceptUserId],
  );
  return found.length > 0;
}
