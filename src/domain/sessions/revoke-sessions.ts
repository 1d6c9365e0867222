import { validate as isUuid } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { Caller, Viewer } from '../caller.js';
import type { RefreshTokens } from '../tokens/index.js';
import { endSessions } from './end-sessions.js';

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
   * @returns false when the token is not genuine
   */
  async function logoutByRefreshToken(refreshToken: string, caller: Caller): Promise<boolean> {
    const token = await refreshTokens.read(refreshToken);
    if (!token) return false;
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
    return true;
  }

  /** @returns how many sessions ended */
  async function logoutEverywhere(viewer: Viewer, caller: Caller, keepCurrent: boolean): Promise<number> {
    const ended = await database.transaction((tx) =>
      endSessions(tx, clock.now(), caller, {
        userId: viewer.userId,
        ...(keepCurrent ? { exceptSessionId: viewer.sessionId } : {}),
        reason: 'LOGOUT_EVERYWHERE',
        actorId: viewer.userId,
      }),
    );
    return ended.length;
  }

  /**
   * Ends one session: one's own, or anybody's with `signet:users.manage`.
   * @returns false when there is no such session, or it is not the caller's to end: the same answer
   */
  async function revokeSession(sessionId: string, viewer: Viewer, caller: Caller): Promise<boolean> {
    if (!isUuid(sessionId)) return false;
    return database.transaction(async (tx) => {
      const [session]: { user_id: string }[] = await tx.execute('SELECT user_id FROM sessions WHERE id = ?', [
        sessionId,
      ]);
      if (!session) return false;
      if (session.user_id !== viewer.userId && !viewer.permissions.has('signet:users.manage')) return false;
      await endSessions(tx, clock.now(), caller, {
        userId: session.user_id,
        sessionIds: [sessionId],
        reason: 'REVOKED',
        actorId: viewer.userId,
      });
      return true;
    });
  }

  return { logout, logoutByRefreshToken, logoutEverywhere, revokeSession };
}
