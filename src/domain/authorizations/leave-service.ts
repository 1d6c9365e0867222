import { validate as isUuid } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import { isClientId } from '../clients/index.js';
import { queueLogouts } from '../logouts/index.js';
import { heldNow } from '../permissions/index.js';
import { endSessions, holdSession } from '../sessions/index.js';
import { hashId } from './artifact-store.js';

export type RevokeSessionServiceOutcome =
  { kind: 'revoked' } | { kind: 'notFound' } | { kind: 'sessionEnded' };

interface LeaveRequest {
  sessionId: string;
  userId: string;
  /** To whom the session belongs: a device's belongs to the one client that it is for. */
  ownerId: string;
  clientId: string;
  actorId: string;
}

const LEAVE = 'DELETE FROM session_clients WHERE session_id = ? AND client_id = ? RETURNING grant_id';
/** Codes, refresh tokens and whatever else the client got by the session, and the grant, without which no straggler is good. */
const REMOVE_ARTIFACTS = `DELETE FROM oidc_artifacts WHERE (session_id = ? AND client_id = ?) OR grant_id = ?
  OR (model = 'Grant' AND id_hash = ?)`;

/** Signs one service out of one session; the others stay signed in. */
export function createLeaveService({ database, clock }: { database: Database; clock: Clock }) {
  /**
   * Of one's own session, unless a client asks, or anybody's with `signet:users.manage`. A session that does not exist, one that is not the
   * caller's, and one that is not signed in to the client have the same outcome.
   */
  async function revokeSessionService(
    { sessionId, clientId }: { sessionId: string; clientId: string },
    viewer: Viewer,
    caller: Caller,
  ): Promise<RevokeSessionServiceOutcome> {
    if (!isUuid(sessionId) || !isClientId(clientId)) return { kind: 'notFound' };
    return database.transaction(async (tx): Promise<RevokeSessionServiceOutcome> => {
      const now = clock.now();
      if (!(await holdSession(tx, viewer, now))) return { kind: 'sessionEnded' };
      const session = await findSession(tx, sessionId);
      const mayEnd =
        (session?.userId === viewer.userId && !viewer.client) ||
        (await heldNow(tx, viewer, now)).has('signet:users.manage');
      if (!session || !mayEnd) return { kind: 'notFound' };
      const request = { ...session, sessionId, clientId, actorId: viewer.userId };
      return (await leave(tx, now, caller, request)) ? { kind: 'revoked' } : { kind: 'notFound' };
    });
  }

  /** The person signs out of the service in the browser that has the session. */
  async function leaveService(sessionId: string, clientId: string, caller: Caller): Promise<void> {
    await database.transaction(async (tx) => {
      const session = await findSession(tx, sessionId);
      if (!session) return;
      const request = { ...session, sessionId, clientId, actorId: session.userId };
      await leave(tx, clock.now(), caller, request);
    });
  }

  return { revokeSessionService, leaveService };
}

/** Row, artifacts, news to the service and audit trail in one transaction; false when it was not signed in. */
async function leave(
  tx: EntityManager,
  now: Date,
  caller: Caller,
  { sessionId, userId, ownerId, clientId, actorId }: LeaveRequest,
): Promise<boolean> {
  const [left]: { grant_id: string | null }[] = await tx.execute(LEAVE, [sessionId, clientId]);
  if (!left) return false;
  const grantId = left.grant_id;
  await tx.execute(REMOVE_ARTIFACTS, [sessionId, clientId, grantId, grantId && hashId(grantId)]);
  await queueLogouts(tx, now, userId, [{ sessionId, clientId }]);
  const subject = { kind: 'client' as const, name: clientId };
  await recordEvents(tx, now, caller, [
    { type: 'session.service-left', actorId, userId, sessionId, subject },
  ]);
  // Nobody could come in by what is left of it.
  if (ownerId === clientId)
    await endSessions(tx, now, caller, { userId, sessionIds: [sessionId], reason: 'REVOKED', actorId });
  return true;
}

async function findSession(
  tx: EntityManager,
  sessionId: string,
): Promise<{ userId: string; ownerId: string } | undefined> {
  const [session]: { userId: string; ownerId: string }[] = await tx.execute(
    'SELECT user_id AS "userId", client_id AS "ownerId" FROM sessions WHERE id = ?',
    [sessionId],
  );
  return session;
}
