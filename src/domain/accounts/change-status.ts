import { validate as isUuid } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import { recordEvents, type AuditEventType } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import { leaveAllGroups } from '../groups/index.js';
import {
  heldNow,
  lockPermissions,
  permanentAdministratorExists,
  revokeAllOfUser,
  type SignetPermission,
} from '../permissions/index.js';
import { endSessions, holdSession, type SessionEndReason } from '../sessions/index.js';
import { User, insertAccount, type UserStatus } from '../users/index.js';

export type ChangeStatusOutcome =
  | { kind: 'sessionEnded' }
  | { kind: 'forbidden'; permission: SignetPermission }
  | { kind: 'changed' }
  | { kind: 'notFound' }
  | { kind: 'lastAdministrator' };

/** What it takes; asked at the door, and once more when nobody can take it away any longer. */
const NEEDED: SignetPermission = 'signet:users.manage';

/** What a tombstone is called, where a name has to stand. */
export const DELETED_USER_NAME = 'Deleted user';

interface Change {
  from: UserStatus[];
  to: UserStatus;
  event: AuditEventType;
  endReason?: SessionEndReason;
}

const CHANGES = {
  suspend: {
    from: ['ACTIVE', 'SUSPENDED'],
    to: 'SUSPENDED',
    event: 'user.suspended',
    endReason: 'USER_SUSPENDED',
  },
  reactivate: { from: ['ACTIVE', 'SUSPENDED'], to: 'ACTIVE', event: 'user.reactivated' },
  delete: { from: ['ACTIVE', 'SUSPENDED'], to: 'DELETED', event: 'user.deleted', endReason: 'USER_DELETED' },
} satisfies Record<string, Change>;

/** A change of an account under way. */
interface Making {
  tx: EntityManager;
  now: Date;
  caller: Caller | null;
  actorId: string | null;
}

/** Suspends, reactivates and deletes accounts; what leaves ACTIVE loses its sessions in the same transaction. */
export function createChangeStatus({ database, clock }: { database: Database; clock: Clock }) {
  return async function changeStatus(
    change: keyof typeof CHANGES,
    id: string,
    /** Null on the command line, where the operator is known to the machine and not to Signet. */
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<ChangeStatusOutcome> {
    if (!isUuid(id)) return { kind: 'notFound' };
    // As the database writes it, since it is compared with ids from there.
    const userId = id.toLowerCase();
    const { from, to }: Change = CHANGES[change];
    return database.transaction(async (tx): Promise<ChangeStatusOutcome> => {
      const now = clock.now();
      const actorId = viewer?.userId ?? null;
      // This lock first: who waits there holds none that who is ahead might need.
      if (to !== 'ACTIVE') await lockPermissions(tx);
      if (viewer && !(await holdSession(tx, viewer, now))) return { kind: 'sessionEnded' };
      if (viewer && !(await heldNow(tx, viewer, now)).has(NEEDED))
        return { kind: 'forbidden', permission: NEEDED };
      const isLast = to !== 'ACTIVE' && !(await permanentAdministratorExists(tx, userId));
      if (isLast && (await permanentAdministratorExists(tx))) return { kind: 'lastAdministrator' };
      const [user]: { status: UserStatus }[] = await tx.execute(
        'SELECT status FROM users WHERE id = ? FOR UPDATE',
        [userId],
      );
      if (!user || !from.includes(user.status)) return { kind: 'notFound' };
      if (user.status === to) return { kind: 'changed' };
      await setStatus({ tx, now, caller, actorId }, userId, user.status, change);
      return { kind: 'changed' };
    });
  };
}

/** Makes it so, with everything that hangs on it. */
async function setStatus(
  making: Making,
  userId: string,
  before: UserStatus,
  change: keyof typeof CHANGES,
): Promise<void> {
  const { tx, now, caller, actorId } = making;
  const { to, event, endReason }: Change = CHANGES[change];
  await tx.nativeUpdate(User, { id: userId }, { status: to, updatedAt: now });
  if (to === 'DELETED') {
    await revokeAllOfUser(making, userId);
    await leaveAllGroups(making, userId);
  }
  await recordEvents(tx, now, caller, [
    { type: event, actorId, userId, before: { status: before }, after: { status: to } },
  ]);
  if (endReason) await endSessions(tx, now, caller, { userId, reason: endReason, actorId });
  if (to === 'DELETED') await erase(tx, now, userId);
}

/** The account that an OAuth client of a machine acts as: it gets permissions as any other does, and has no password. */
export async function openMachineAccount(making: Making, name: string): Promise<string> {
  const { tx, now, caller, actorId } = making;
  const userId = await insertAccount(tx, now, name);
  await recordEvents(tx, now, caller, [{ type: 'user.created', actorId, userId }]);
  return userId;
}

/** The account is called as its client is, in lists and in the audit trail; a tombstone keeps its own name. */
export async function renameMachineAccount({ tx, now }: Making, userId: string, name: string): Promise<void> {
  const living = { id: userId, status: { $ne: 'DELETED' as const } };
  await tx.nativeUpdate(User, living, { name, updatedAt: now });
}

/** Deletes the account of a machine whose client goes: its tokens are worth nothing from then on. */
export async function closeMachineAccount(making: Making, userId: string): Promise<void> {
  const [user]: { status: UserStatus }[] = await making.tx.execute(
    'SELECT status FROM users WHERE id = ? FOR UPDATE',
    [userId],
  );
  if (user && user.status !== 'DELETED') await setStatus(making, userId, user.status, 'delete');
}

const PERSONAL_TABLES = ['user_emails', 'password_credentials', 'outgoing_mails', 'consents'];

/** Takes personal data out of every table but leaves the id, which product subgraphs may still hold. */
async function erase(tx: EntityManager, now: Date, userId: string): Promise<void> {
  await tx.nativeUpdate(User, { id: userId }, { name: DELETED_USER_NAME, picture: null, deletedAt: now });
  for (const table of PERSONAL_TABLES) await tx.execute(`DELETE FROM ${table} WHERE user_id = ?`, [userId]);
  // Of devices they say from where they asked. What services have yet to hear of the end stays.
  await tx.execute('DELETE FROM oidc_artifacts WHERE account_id = ?', [userId]);
  await tx.execute(`UPDATE sessions SET ip_address = '', network = '', user_agent = NULL WHERE user_id = ?`, [
    userId,
  ]);
  // What the user did, to whomever, and what nobody known did to the user. Others' addresses stay.
  const gone = 'UPDATE audit_events SET ip_address = NULL, user_agent = NULL WHERE';
  await tx.execute(`${gone} actor_id = ?`, [userId]);
  await tx.execute(`${gone} user_id = ? AND actor_id IS NULL`, [userId]);
}
