import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import type { Caller } from '../caller.js';
import { serviceAdmitsSql } from '../permissions/index.js';
import { endSessions } from './end-sessions.js';
import { livesSql } from './session-row.js';
import type { Authenticate, AuthenticateOutcome } from './authenticate.js';
import { SINGLE_SIGN_ON_CLIENT_ID, startSession, type SessionOptions } from './start-session.js';

export type SignInOutcome =
  | { kind: 'signedIn'; userId: string; sessionId: string; amr: string[]; authenticatedAt: Date }
  | Exclude<AuthenticateOutcome, { kind: 'authenticated' }>;

interface Deps {
  database: Database;
  clock: Clock;
  authenticate: Authenticate;
  sessions: SessionOptions;
}

/** The browser's session, in which people use any number of services: how it begins, what it is worth, how it ends. */
export function createSingleSignOn({ database, clock, authenticate, sessions }: Deps) {
  /**
   * Proves who somebody is and begins a session, or renews the proof of the one that the browser has when it is
   * theirs: services that it is signed in to stay so.
   */
  async function signIn(
    credentials: { email: string; password: string },
    currentSessionId: string | null,
    caller: Caller,
  ): Promise<SignInOutcome> {
    const proof = await authenticate(credentials, caller);
    if (proof.kind !== 'authenticated') return proof;
    const { userId, passwordHash, amr } = proof;
    const begun = await database.transaction(async (tx) => {
      const now = clock.now();
      if (!(await lockUser(tx, userId, passwordHash))) return null;
      const renewed = currentSessionId && (await renew(tx, now, currentSessionId, userId, amr));
      const id =
        renewed ||
        (await startSession(tx, now, caller, { userId, amr, clientId: SINGLE_SIGN_ON_CLIENT_ID }, sessions))
          .id;
      return { id, now };
    });
    if (!begun) return { kind: 'invalidCredentials' };
    return { kind: 'signedIn', userId, sessionId: begun.id, amr, authenticatedAt: begun.now };
  }

  async function renew(
    tx: EntityManager,
    now: Date,
    sessionId: string,
    userId: string,
    amr: string[],
  ): Promise<string | null> {
    const [session]: { id: string }[] = await tx.execute(
      `UPDATE sessions s SET authenticated_at = ?, amr = ?
       WHERE s.id = ? AND s.user_id = ? AND ${livesSql('s', '?')} RETURNING s.id`,
      [now, `{${amr.join(',')}}`, sessionId, userId, now, now],
    );
    return session?.id ?? null;
  }

  /** Ends the browser's session, and with it what every service got from it. */
  async function signOut(sessionId: string, caller: Caller): Promise<void> {
    await database.transaction(async (tx) => {
      const [session]: { user_id: string }[] = await tx.execute('SELECT user_id FROM sessions WHERE id = ?', [
        sessionId,
      ]);
      if (!session) return;
      const { user_id: userId } = session;
      const request = { userId, sessionIds: [sessionId], reason: 'LOGOUT' as const, actorId: userId };
      await endSessions(tx, clock.now(), caller, request);
    });
  }

  /** Whether an active user may sign in to a service: it is open, or they hold its permission. */
  async function admits(userId: string, service: string): Promise<boolean> {
    const rows = await database.query(ADMITS, [userId, service, clock.now()]);
    return rows.length === 1;
  }

  return { signIn, signOut, admits };
}

export type SingleSignOn = ReturnType<typeof createSingleSignOn>;

const ADMITS = {
  name: 'service-admits',
  text: `SELECT 1 AS admitted FROM users u WHERE u.id = $1 AND u.status = 'ACTIVE' AND ${serviceAdmitsSql('$2::text', 'u.id', '$3')}`,
};

/** Locks the account against a suspension or a change of password until the commit; false when it came first. */
async function lockUser(tx: EntityManager, userId: string, passwordHash: string): Promise<boolean> {
  const found: unknown[] = await tx.execute(
    `SELECT 1 FROM users u JOIN password_credentials c ON c.user_id = u.id
     WHERE u.id = ? AND u.status = 'ACTIVE' AND c.password_hash = ? FOR SHARE OF u, c`,
    [userId, passwordHash],
  );
  return found.length === 1;
}
