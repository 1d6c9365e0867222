import { validate as isUuid } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { hashId } from './artifact-store.js';
import { endSessions } from '../sessions/index.js';

/** Until the commit nobody signs in by the session, nor ends it. */
const HOLD = 'SELECT user_id, client_id FROM sessions WHERE id = ? FOR UPDATE';
const LEAVE = 'DELETE FROM session_clients WHERE session_id = ? AND client_id = ? RETURNING grant_id';
/** And the grant, without which no straggler is good. */
const REMOVE_ARTIFACTS = `DELETE FROM oidc_artifacts WHERE (session_id = ? AND client_id = ?) OR grant_id = ?
  OR (model = 'Grant' AND id_hash = ?)`;
const SESSIONS_OF_GRANT = {
  name: 'find-sessions-of-grant',
  text: `SELECT s.id FROM sessions s JOIN session_clients k ON k.session_id = s.id
         WHERE s.user_id = $1 AND k.client_id = $2 AND k.grant_id = $3`,
};

/**
 * A client gives back what it got by a session, because it was signed out of or a token got lost: codes, refresh tokens, and
 * with the row that says that the client is signed in, every access token of it. It knows that it did, so no logout is
 * sent to it; other clients go on. A session that the client alone has, such as a machine's or a device's, ends.
 */
export function createRevokeTokens({ database, clock }: { database: Database; clock: Clock }) {
  async function revokeTokens(sessionId: string, clientId: string, caller: Caller): Promise<void> {
    if (!isUuid(sessionId)) return;
    await database.transaction(async (tx) => {
      const [session]: { user_id: string; client_id: string }[] = await tx.execute(HOLD, [sessionId]);
      if (!session) return;
      const now = clock.now();
      const userId = session.user_id;
      const left: { grant_id: string | null }[] = await tx.execute(LEAVE, [sessionId, clientId]);
      const grantId = left[0]?.grant_id ?? null;
      await tx.execute(REMOVE_ARTIFACTS, [sessionId, clientId, grantId, grantId && hashId(grantId)]);
      if (left.length === 0) return;
      const subject = { kind: 'client' as const, name: clientId };
      await recordEvents(tx, now, caller, [
        { type: 'session.service-left', actorId: null, userId, sessionId, subject },
      ]);
      if (session.client_id !== clientId) return;
      const request = { userId, sessionIds: [sessionId], reason: 'LOGOUT' as const, actorId: null };
      await endSessions(tx, now, caller, request);
    });
  }

  /** The same in whichever session the client was given the grant. */
  async function revokeGrant(
    userId: string,
    clientId: string,
    grantId: string,
    caller: Caller,
  ): Promise<void> {
    const sessions = await database.query<{ id: string }>(SESSIONS_OF_GRANT, [userId, clientId, grantId]);
    for (const { id } of sessions) await revokeTokens(id, clientId, caller);
  }

  return { revokeTokens, revokeGrant };
}
