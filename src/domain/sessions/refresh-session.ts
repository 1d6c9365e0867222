import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { queueMail } from '../mail/index.js';
import { effectivePermissionsSql, serviceAdmitsSql } from '../permissions/index.js';
import type { ReadRefreshToken } from '../tokens/refresh-token.js';
import type { RefreshTokens } from '../tokens/index.js';
import { USER_COLUMNS, type UserRow } from '../users/user-record.js';
import { endSessions } from './end-sessions.js';
import type { IssueTokens } from './issue-tokens.js';
import { signedIn, type SignedIn } from './log-in.js';
import { SESSION_COLUMNS, livesSql, toSession, type SessionRow } from './session-row.js';
import type { SessionOptions } from './start-session.js';

export type RefreshOutcome =
  | ({ kind: 'refreshed' } & SignedIn)
  | { kind: 'invalidRefreshToken' }
  | { kind: 'refreshTokenReused'; sessionId: string };

export interface RefreshDeps {
  database: Database;
  clock: Clock;
  refreshTokens: RefreshTokens;
  issueTokens: IssueTokens;
  sessions: SessionOptions;
}

type RefreshedRow = SessionRow & UserRow & { permissions: string[] };

const RETURNED = `${SESSION_COLUMNS}, ${USER_COLUMNS}, ${effectivePermissionsSql('u.id', '$3')} AS permissions`;

/** A session that may go on, and whose user may sign in, to the service that it is for as well. */
const LIVING = `${livesSql('s', '$3')} AND u.status = 'ACTIVE' AND ${serviceAdmitsSql('s.service', 'u.id', '$3')}`;

/**
 * The rotation, in one statement: of two that present the same generation, one finds it gone. It sets
 * columns that no index holds, so that the update stays heap-only.
 */
const ROTATE = {
  name: 'rotate-refresh-token',
  text: `UPDATE sessions s
         SET refresh_generation = s.refresh_generation + 1, refreshed_at = $3,
             idle_expires_at = least($3 + make_interval(secs => $4), s.absolute_expires_at)
         FROM users u LEFT JOIN user_emails e ON e.user_id = u.id
         WHERE s.id = $1 AND s.refresh_generation = $2 AND u.id = s.user_id AND ${LIVING}
         RETURNING ${RETURNED}`,
};

/**
 * The same successor once more: only for the generation just replaced, only within the window, and
 * reading it moves nothing. Using the successor replaces it, which closes the window.
 */
const REPLAY = {
  name: 'replay-refresh-token',
  text: `SELECT ${RETURNED}
         FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN user_emails e ON e.user_id = u.id
         WHERE s.id = $1 AND s.refresh_generation = $2 + 1 AND ${LIVING}
           AND s.refreshed_at + make_interval(secs => $4) >= $3`,
};

/** Continues a session by its refresh token: rotates it, gives the same successor again, or sees a theft. */
export function createRefresh({ database, clock, refreshTokens, issueTokens, sessions }: RefreshDeps) {
  /** An old generation is in somebody's hands: whoever holds the present one may be the thief. */
  async function endIfStolen(token: ReadRefreshToken, caller: Caller): Promise<RefreshOutcome> {
    return database.transaction(async (tx): Promise<RefreshOutcome> => {
      const now = clock.now();
      const [session]: { user_id: string }[] = await tx.execute(
        `SELECT s.user_id FROM sessions s
         WHERE s.id = ? AND s.refresh_generation > ? AND ${livesSql('s', '?')} FOR UPDATE`,
        [token.sessionId, token.generation, now, now],
      );
      if (!session) return { kind: 'invalidRefreshToken' };
      await endStolenSession(tx, now, caller, session.user_id, token);
      return { kind: 'refreshTokenReused', sessionId: token.sessionId };
    });
  }

  return async function refresh(refreshToken: string, caller: Caller): Promise<RefreshOutcome> {
    const token = await refreshTokens.read(refreshToken);
    if (!token) return { kind: 'invalidRefreshToken' };
    const now = clock.now();
    const key = [token.sessionId, token.generation, now];
    const [row] =
      (await nonEmpty(database.query<RefreshedRow>(ROTATE, [...key, sessions.idleSeconds]))) ??
      (await database.query<RefreshedRow>(REPLAY, [...key, sessions.graceSeconds]));
    if (!row) return endIfStolen(token, caller);
    return { kind: 'refreshed', ...(await signedIn(toSession(row), row, issueTokens)) };
  };
}

async function nonEmpty<T>(rows: Promise<T[]>): Promise<T[] | null> {
  const found = await rows;
  return found.length > 0 ? found : null;
}

/** Ends the session, leaves a trace, and tells the owner. */
async function endStolenSession(
  tx: EntityManager,
  now: Date,
  caller: Caller,
  userId: string,
  token: ReadRefreshToken,
): Promise<void> {
  await recordEvents(tx, now, caller, [
    {
      type: 'refresh-token.reused',
      actorId: null,
      userId,
      sessionId: token.sessionId,
      details: { generation: token.generation },
    },
  ]);
  await endSessions(tx, now, caller, {
    userId,
    sessionIds: [token.sessionId],
    reason: 'REFRESH_TOKEN_REUSED',
    actorId: null,
  });
  await queueMail(tx, now, userId, {
    subject: 'We ended one of your sessions',
    text: [
      'A sign-in of yours was used in two places at once, which happens when somebody has copied it.',
      'To be safe, we ended that session. Your other sessions go on.',
      '',
      'If you did not expect this, sign in again, change your password and look at your sessions.',
      '',
      `Time: ${now.toUTCString()}`,
      `Network address: ${caller.ipAddress}`,
    ].join('\n'),
  });
}
