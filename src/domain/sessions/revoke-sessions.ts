import { validate as isUuid } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { Caller, Viewer } from '../caller.js';
import { heldNow } from '../permissions/index.js';
import type { RefreshTokens } from '../tokens/index.js';
import { endSessions } from './end-sessions.js';
import { holdSession } from './hold-session.js';

export type LogoutEverywhereOutcome = { kind: 'loggedOut'; endedSessions: number } | { kind: 'sessionEnded' };
export type RevokeSessionOutcome = { kind: 'revoked' } | { kind: 'notFound' } | { kind: 'sessionEnded' };

interface Deps {
  database: Database;
  clock: Clock;
  refreshTokens: RefreshTokens;
}

/** The ways in which people end sessions: this one, all of them, or one by its id. */
export function createRevokeSessions({ database, clock, refreshTokens }: Deps) {
  /** Ends the caller's session. One that has ended already stays so. */
  async function logout(viewer: Pick<Viewer, 'userId' | 'sessionId'>, caller: Caller): Promise<void> {
    await database.transaction((tx) =>
      endSessions(tx, clock.now(), caller, {
        userId: viewer.userId,
        sessionIds: [viewer.sessionId],
        reason: 'LOGOUT',
        actorId: viewer.userId,
      }),
    );
  }

  /**
   * Ends the session of a refresh token, for a client whose access token has expired. An old generation
   * may end its session too: giving up a session needs less than continuing it.
   * @returns the id of the session, or null when the token is not genuine
   */
  async function logoutByRefreshToken(refreshToken: string, caller: Caller): Promise<string | null> {
    const token = await refreshTokens.read(refreshToken);
    if (!token) return null;
    await database.transaction(async (tx) => {
      const [session]: { user_id: string }[] = await tx.execute('SELECT user_id FROM sessions WHERE id = ?', [
        token.sessionId,
      ]);
      if (!session) return;
      await endSessions(tx, clock.now(), caller, {
        userId: session.user_id,
        sessionIds: [token.sessionId],
        reason: 'LOGOUT',
        actorId: session.user_id,
      });
    });
    return token.sessionId;
  }

  /** The session that a refresh token is of, whether it lives or not; null when the token is not genuine. */
  async function sessionOfRefreshToken(refreshToken: string): Promise<string | null> {
    return (await refreshTokens.read(refreshToken))?.sessionId ?? null;
  }

  /** Ends all sessions of the caller, or all but the one that asks. */
  async function logoutEverywhere(
    viewer: Viewer,
    caller: Caller,
    keepCurrent: boolean,
  ): Promise<LogoutEverywhereOutcome> {
    return database.transaction(async (tx): Promise<LogoutEverywhereOutcome> => {
      if (!(await holdSession(tx, viewer, clock.now()))) return { kind: 'sessionEnded' };
      const ended = await endSessions(tx, clock.now(), caller, {
        userId: viewer.userId,
        ...(keepCurrent ? { exceptSessionId: viewer.sessionId } : {}),
        reason: 'LOGOUT_EVERYWHERE',
        actorId: viewer.userId,
      });
      return { kind: 'loggedOut', endedSessions: ended.length };
    });
  }

  /**
   * Ends one session: one's own, unless a client asks, or anybody's with `signet:users.manage`. A session that does not exist and
   * one that is not the caller's to end have the same outcome.
   */
  async function revokeSession(
    sessionId: string,
    viewer: Viewer,
    caller: Caller,
  ): Promise<RevokeSessionOutcome> {
    if (!isUuid(sessionId)) return { kind: 'notFound' };
    return database.transaction(async (tx): Promise<RevokeSessionOutcome> => {
      const now = clock.now();
      if (!(await holdSession(tx, viewer, now))) return { kind: 'sessionEnded' };
      const [session]: { user_id: string }[] = await tx.execute('SELECT user_id FROM sessions WHERE id = ?', [
        sessionId,
      ]);
      const mayEnd =
        (session?.user_id === viewer.userId && !viewer.client) ||
        (await heldNow(tx, viewer, now)).has('signet:users.manage');
      if (!session || !mayEnd) return { kind: 'notFound' };
      await endSessions(tx, now, caller, {
        userId: session.user_id,
        sessionIds: [sessionId],
        reason: 'REVOKED',
        actorId: viewer.userId,
      });
      return { kind: 'revoked' };
    });
  }

  return { logout, logoutByRefreshToken, sessionOfRefreshToken, logoutEverywhere, revokeSession };
}
