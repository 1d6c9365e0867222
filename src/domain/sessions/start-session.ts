import { secondsLater } from '../../platform/clock.js';
import type { EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { networkOf } from '../throttling/index.js';
import { endSessions } from './end-sessions.js';
import { livesSql } from './session-row.js';
import { Session } from './session.entity.js';
import { newId } from '../new-id.js';

/** The client that GraphQL sign-ins belong to: RFC 9068 wants a `client_id` in every access token. */
export const GRAPHQL_CLIENT_ID = 'signet-graphql';

export interface SessionOptions {
  /** Seconds without a refresh after which a session has ended. */
  idleSeconds: number;
  /** Seconds after its start at which it has ended in any case. */
  absoluteSeconds: number;
  /** Seconds for which the replaced refresh token gives its successor again. */
  graceSeconds: number;
  /** More living sessions than that end the oldest. */
  perUser: number;
}

/** Starts a session in the caller's transaction, always under a new id (no fixation). */
export async function startSession(
  tx: EntityManager,
  now: Date,
  caller: Caller,
  subject: { userId: string; amr: string[]; service?: string | null },
  options: SessionOptions,
): Promise<Session> {
  const session: Session = {
    id: newId(now),
    userId: subject.userId,
    clientId: GRAPHQL_CLIENT_ID,
    service: subject.service ?? null,
    amr: subject.amr,
    ipAddress: caller.ipAddress,
    network: networkOf(caller.ipAddress),
    userAgent: caller.userAgent,
    createdAt: now,
    authenticatedAt: now,
    refreshGeneration: 1,
    refreshedAt: now,
    idleExpiresAt: secondsLater(now, Math.min(options.idleSeconds, options.absoluteSeconds)),
    absoluteExpiresAt: secondsLater(now, options.absoluteSeconds),
    endedAt: null,
    endReason: null,
  };
  await tx.insert(Session, session);
  await recordEvents(tx, now, caller, [
    {
      type: 'session.started',
      actorId: subject.userId,
      userId: subject.userId,
      sessionId: session.id,
      details: { amr: subject.amr, ...(subject.service ? { service: subject.service } : {}) },
    },
  ]);
  await endOldest(tx, now, caller, session, options.perUser);
  return session;
}

/** Ends what is beyond the bound, and never the session that has just started. */
async function endOldest(
  tx: EntityManager,
  now: Date,
  caller: Caller,
  started: Session,
  keep: number,
): Promise<void> {
  const { userId } = started;
  const surplus: { id: string }[] = await tx.execute(
    `SELECT s.id FROM sessions s
     WHERE s.user_id = ? AND s.id <> ? AND ${livesSql('s', '?')}
     ORDER BY created_at DESC, id DESC OFFSET ?`,
    [userId, started.id, now, now, keep - 1],
  );
  if (surplus.length === 0) return;
  const sessionIds = surplus.map(({ id }) => id);
  await endSessions(tx, now, caller, { userId, sessionIds, reason: 'TOO_MANY_SESSIONS', actorId: null });
}
