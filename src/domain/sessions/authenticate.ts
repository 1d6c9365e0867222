import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { HashQueueFull, type PasswordHasher } from '../passwords/index.js';
import { networkOf, type Throttle } from '../throttling/index.js';
import { normaliseEmail } from '../users/email-address.js';
import type { UserStatus } from '../users/user.entity.js';

/** A network counts as the owner's for so long after a sign-in from it. */
const KNOWN_NETWORK_DAYS = 30;

const FIND_CREDENTIAL = {
  name: 'find-credential',
  text: `SELECT u.id AS user_id, u.status, c.password_hash,
           EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id AND s.network = $2
                   AND s.created_at > $3::timestamptz - interval '${KNOWN_NETWORK_DAYS} days') AS network_is_known
         FROM user_emails e
         JOIN users u ON u.id = e.user_id
         LEFT JOIN password_credentials c ON c.user_id = u.id
         WHERE e.address = $1`,
};

interface CredentialRow {
  user_id: string;
  status: UserStatus;
  password_hash: string | null;
  network_is_known: boolean;
}

export type AuthenticateOutcome =
  | { kind: 'authenticated'; userId: string; passwordHash: string; amr: string[] }
  | { kind: 'invalidCredentials' }
  | { kind: 'suspended' }
  | { kind: 'tooManyAttempts'; retryAfterSeconds: number }
  | { kind: 'busy'; retryAfterSeconds: number };

export interface AuthenticateDeps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  throttle: Throttle;
}

/**
 * Finds out whether an address and a password belong together. Every failing branch runs the same
 * statements and exactly one hash: neither the answer nor its time tells whether the account exists.
 */
export function createAuthenticate({ database, clock, hasher, throttle }: AuthenticateDeps) {
  return async function authenticate(
    credentials: { email: string; password: string },
    caller: Caller,
  ): Promise<AuthenticateOutcome> {
    const network = networkOf(caller.ipAddress);
    // What is no address belongs to nobody, and is then refused like any other unknown one.
    const address = normaliseEmail(credentials.email);
    const [found] = await database.query<CredentialRow>(FIND_CREDENTIAL, [
      address ?? '',
      network,
      clock.now(),
    ]);

    const admission = await throttle.admitGuess({
      account: address ?? `no address: ${credentials.email}`,
      network,
      networkIsKnown: found?.network_is_known ?? false,
    });
    if (admission.kind === 'refused')
      return { kind: 'tooManyAttempts', retryAfterSeconds: admission.retryAfterSeconds };

    let matches: boolean;
    try {
      matches = await hasher.verify(found?.password_hash ?? null, credentials.password, network);
    } catch (error) {
      await admission.refund();
      if (error instanceof HashQueueFull) return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
      throw error;
    }
    if (!matches || !found?.password_hash) {
      await database.transaction((tx) =>
        recordEvents(tx, clock.now(), caller, [
          {
            type: 'login.failed',
            actorId: null,
            userId: found?.user_id ?? null,
            details: { reason: 'wrong credentials' },
          },
        ]),
      );
      return { kind: 'invalidCredentials' };
    }
    await admission.refund();
    // Only who knows the password is told that the account is suspended.
    if (found.status !== 'ACTIVE') {
      await database.transaction((tx) =>
        recordEvents(tx, clock.now(), caller, [
          { type: 'login.failed', actorId: null, userId: found.user_id, details: { reason: 'suspended' } },
        ]),
      );
      return { kind: 'suspended' };
    }
    return { kind: 'authenticated', userId: found.user_id, passwordHash: found.password_hash, amr: ['pwd'] };
  };
}

export type Authenticate = ReturnType<typeof createAuthenticate>;
