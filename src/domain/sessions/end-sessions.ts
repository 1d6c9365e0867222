import type { EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { queueLogouts, type SignedInTo } from '../logouts/index.js';
import type { SessionEndReason } from './session.entity.js';

export interface EndSessionsRequest {
  userId: string;
  /** Only these; without it, all of the user. */
  sessionIds?: string[];
  /** This one stays. */
  exceptSessionId?: string;
  reason: SessionEndReason;
  /** Who ends them; null for Signet itself. */
  actorId: string | null;
}

/**
 * The one way in which sessions end, whoever asks and why: rows, audit trail, and a logout for each service that was
 * signed in to, in one transaction. Nothing more is needed for tokens and cookies to stop working: whatever hangs on
 * the session is worth what it is worth.
 * @returns ids of the sessions that lived until now
 */
export async function endSessions(
  tx: EntityManager,
  now: Date,
  caller: Caller | null,
  request: EndSessionsRequest,
): Promise<string[]> {
  const { userId, sessionIds, exceptSessionId, reason, actorId } = request;
  const conditions = ['user_id = ?', 'ended_at IS NULL'];
  const values: unknown[] = [now, reason, userId];
  if (sessionIds) {
    if (sessionIds.length === 0) return [];
    conditions.push(`id IN (${sessionIds.map(() => '?').join(', ')})`);
    values.push(...sessionIds);
  }
  if (exceptSessionId) {
    conditions.push('id <> ?');
    values.push(exceptSessionId);
  }
  const ended: { id: string }[] = await tx.execute(
    `UPDATE sessions SET ended_at = ?, end_reason = ? WHERE ${conditions.join(' AND ')} RETURNING id`,
    values,
  );
  await recordEvents(
    tx,
    now,
    caller,
    ended.map(({ id }) => ({ type: 'session.ended', actorId, userId, sessionId: id, details: { reason } })),
  );
  const endedIds = ended.map(({ id }) => id);
  await queueLogouts(tx, now, userId, await servicesOf(tx, endedIds));
  return endedIds;
}

async function servicesOf(tx: EntityManager, sessionIds: string[]): Promise<SignedInTo[]> {
  if (sessionIds.length === 0) return [];
  return tx.execute(
    `SELECT session_id AS "sessionId", client_id AS "clientId" FROM session_clients
     WHERE session_id IN (${sessionIds.map(() => '?').join(', ')}) ORDER BY session_id, client_id`,
    sessionIds,
  );
}
