import { secondsLater, type Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import type { Caller } from '../caller.js';
import { livesSql } from './session-row.js';
import { startSession, type SessionOptions } from './start-session.js';

/** A machine that asks often does not write each time; a session lasts at least hours. */
const RENEW_AFTER_SECONDS = 60;

interface Deps {
  database: Database;
  clock: Clock;
  sessions: SessionOptions;
}

interface StoredSession {
  id: string;
  refreshed_at: Date | string;
}

/**
 * The session of a machine: it begins when the machine proves itself, goes on each time it does again, and can be seen and
 * ended as any other. Its tokens end with it.
 * @returns null when the account may not sign in
 */
export function createMachineSessions({ database, clock, sessions }: Deps) {
  return async function machineSession(
    userId: string,
    clientId: string,
    caller: Caller,
  ): Promise<{ id: string; authenticatedAt: Date } | null> {
    return database.transaction(async (tx) => {
      const now = clock.now();
      // One at a time, so that many who come at once begin one session.
      const active: unknown[] = await tx.execute(
        "SELECT 1 FROM users WHERE id = ? AND status = 'ACTIVE' FOR NO KEY UPDATE",
        [userId],
      );
      if (active.length === 0) return null;
      const id = (await renew(tx, now, userId, clientId)) ?? (await begin(tx, now, userId, clientId, caller));
      return { id, authenticatedAt: now };
    });
  };

  async function renew(tx: EntityManager, now: Date, userId: string, clientId: string) {
    const [session]: StoredSession[] = await tx.execute(
      `SELECT s.id, s.refreshed_at FROM sessions s
       WHERE s.user_id = ? AND s.client_id = ? AND ${livesSql('s', '?')}
         AND EXISTS (SELECT 1 FROM session_clients k WHERE k.session_id = s.id AND k.client_id = s.client_id)
       ORDER BY s.created_at LIMIT 1 FOR UPDATE`,
      [userId, clientId, now, now],
    );
    if (!session) return null;
    const renewed = secondsLater(new Date(session.refreshed_at), RENEW_AFTER_SECONDS) > now;
    if (!renewed)
      await tx.execute(
        `UPDATE sessions SET authenticated_at = ?, refreshed_at = ?, idle_expires_at = ?, absolute_expires_at = ?
         WHERE id = ?`,
        [
          now,
          now,
          secondsLater(now, Math.min(sessions.idleSeconds, sessions.absoluteSeconds)),
          secondsLater(now, sessions.absoluteSeconds),
          session.id,
        ],
      );
    return session.id;
  }

  async function begin(tx: EntityManager, now: Date, userId: string, clientId: string, caller: Caller) {
    const { id } = await startSession(tx, now, caller, { userId, clientId, amr: [] }, sessions);
    await tx.execute(
      'INSERT INTO session_clients (session_id, client_id, created_at, last_used_at) VALUES (?, ?, ?, ?)',
      [id, clientId, now, now],
    );
    return id;
  }
}

export type MachineSession = ReturnType<typeof createMachineSessions>;
