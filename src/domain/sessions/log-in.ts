import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import { HashQueueFull, PasswordCredential, type PasswordHasher } from '../passwords/index.js';
import { SIGN_IN, SLUG, effectivePermissionsSql } from '../permissions/index.js';
import { networkOf } from '../throttling/index.js';
import { USER_COLUMNS, toUserRecord, type UserRecord, type UserRow } from '../users/user-record.js';
import type { Authenticate, AuthenticateOutcome } from './authenticate.js';
import type { IssueTokens, TokenPair } from './issue-tokens.js';
import type { Session } from './session.entity.js';
import { startSession, type SessionOptions } from './start-session.js';

/** A session that has just begun or gone on, with everything its client needs. */
export interface SignedIn {
  session: Session;
  tokens: TokenPair;
  user: UserRecord;
  viewer: Viewer;
}

export type LoginOutcome =
  | ({ kind: 'loggedIn' } & SignedIn)
  /** The service is closed and the user may not sign in to it; told only to who knows the password. */
  | { kind: 'notAdmitted' }
  | { kind: 'unknownService' }
  | Exclude<AuthenticateOutcome, { kind: 'authenticated' }>;

export interface LoginDeps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  authenticate: Authenticate;
  issueTokens: IssueTokens;
  sessions: SessionOptions;
}

/** The user as it is at this moment, locked against a suspension or a change of password until the commit. */
const LOCK_USER = `
  SELECT ${USER_COLUMNS}, ${effectivePermissionsSql('u.id', '?')} AS permissions
  FROM users u
  JOIN password_credentials c ON c.user_id = u.id
  LEFT JOIN user_emails e ON e.user_id = u.id
  WHERE u.id = ? AND u.status = 'ACTIVE' AND c.password_hash = ?
  FOR SHARE OF u, c`;

const FIND_HASH = {
  name: 'find-password-hash',
  text: 'SELECT password_hash FROM password_credentials WHERE user_id = $1',
};

const FIND_SERVICE = { name: 'find-service', text: 'SELECT 1 FROM services WHERE slug = $1' };

/** An open service lets everybody in, a closed one those who hold its permission to sign in. */
async function admits(tx: EntityManager, service: string, permissions: readonly string[]): Promise<boolean> {
  const [found]: { access: string }[] = await tx.execute('SELECT access FROM services WHERE slug = ?', [
    service,
  ]);
  return found?.access === 'OPEN' || (found !== undefined && permissions.includes(`${service}:${SIGN_IN}`));
}

/** Signs a person in by address and password: checks them, then starts a session. */
export function createLogin({ database, clock, hasher, authenticate, issueTokens, sessions }: LoginDeps) {
  /** Raises an old hash to today's parameters; the login does not depend on it. */
  async function rehash(userId: string, password: string, oldHash: string, caller: Caller): Promise<string> {
    if (!hasher.isOutdated(oldHash)) return oldHash;
    try {
      const passwordHash = await hasher.hash(password, networkOf(caller.ipAddress));
      const changed = await database.transaction((tx) =>
        tx.nativeUpdate(PasswordCredential, { userId, passwordHash: oldHash }, { passwordHash }),
      );
      return changed === 1 ? passwordHash : oldHash;
    } catch (error) {
      if (error instanceof HashQueueFull) return oldHash; // it rises another time
      throw error;
    }
  }

  /** Null when the password is no longer the one that was verified, or the account was barred meanwhile. */
  function start(
    { userId, amr, service }: { userId: string; amr: string[]; service: string | null },
    passwordHash: string,
    caller: Caller,
  ) {
    return database.transaction(async (tx) => {
      const now = clock.now();
      const [row]: (UserRow & { permissions: string[] })[] = await tx.execute(LOCK_USER, [
        now,
        userId,
        passwordHash,
      ]);
      if (!row) return null;
      if (service !== null && !(await admits(tx, service, row.permissions))) {
        const details = { reason: 'not admitted', service };
        await recordEvents(tx, now, caller, [{ type: 'login.failed', actorId: null, userId, details }]);
        return 'notAdmitted' as const;
      }
      const session = await startSession(tx, now, caller, { userId, amr, service }, sessions);
      return { session, row };
    });
  }

  async function exists(service: string): Promise<boolean> {
    return SLUG.test(service) && (await database.query(FIND_SERVICE, [service])).length > 0;
  }

  return async function login(
    credentials: {
      email: string;
      password: string;
      /** Slug of the service to sign in to, which may be closed to this user. */
      service?: string | null | undefined;
    },
    caller: Caller,
  ): Promise<LoginOutcome> {
    const service = credentials.service ?? null;
    const proof = await authenticate(credentials, caller);
    if (proof.kind !== 'authenticated') return proof;
    // Which services there are is told to nobody who has not proved who they are.
    if (service !== null && !(await exists(service))) return { kind: 'unknownService' };
    const { userId, amr } = proof;
    const passwordHash = await rehash(userId, credentials.password, proof.passwordHash, caller);
    let started = await start({ userId, amr, service }, passwordHash, caller);
    if (!started) {
      // Another login at the same instant may have raised the hash: the password is the same one then.
      const [stored] = await database.query<{ password_hash: string }>(FIND_HASH, [userId]);
      if (!stored || stored.password_hash === passwordHash) return { kind: 'invalidCredentials' };
      try {
        const network = networkOf(caller.ipAddress);
        if (!(await hasher.verify(stored.password_hash, credentials.password, network)))
          return { kind: 'invalidCredentials' };
      } catch (error) {
        if (error instanceof HashQueueFull)
          return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
        throw error;
      }
      started = await start({ userId, amr, service }, stored.password_hash, caller);
    }
    if (!started) return { kind: 'invalidCredentials' };
    if (started === 'notAdmitted') return { kind: 'notAdmitted' };
    return { kind: 'loggedIn', ...(await signedIn(started.session, started.row, issueTokens)) };
  };
}

/** Puts tokens to a session that was just written or read. */
export async function signedIn(
  session: Session,
  row: UserRow & { permissions: string[] },
  issueTokens: IssueTokens,
): Promise<SignedIn> {
  const user = toUserRecord({ ...row, user_created_at: new Date(row.user_created_at) });
  return {
    session,
    tokens: await issueTokens(session, row.permissions),
    user,
    viewer: { userId: user.id, sessionId: session.id, permissions: new Set(row.permissions), client: null },
  };
}
