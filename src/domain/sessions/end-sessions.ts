import type { EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
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
 * The one way in which sessions end, whoever asks and why: rows and audit trail in one transaction.
 * Nothing more is needed for refresh tokens to stop working, since they are the session's state.
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
  return ended.map(({ id }) => id);
}
