import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../../platform/database.js';

const LOGIN_WINDOW_SECONDS = 15 * 60;
const REGISTRATION_WINDOW_SECONDS = 60 * 60;

export interface ThrottleOptions {
  loginFailuresPerAccount: number;
  loginFailuresPerNetwork: number;
  registrationsPerNetwork: number;
}

/** An attempt that was let through, or how long to wait. */
export type Admission =
  | {
      kind: 'admitted';
      /** The attempt was no guess after all (it was right, or never made): take its charge back. */
      refund(): Promise<void>;
    }
  | { kind: 'refused'; retryAfterSeconds: number };

export interface Attempt {
  /** What is guessed at, in canonical form: a normalised address, a user's id. */
  account: string;
  network: string;
  /** The owner of the account signed in from this network before. */
  networkIsKnown: boolean;
}

/**
 * Counts attempts in PostgreSQL, so that all nodes share one count and a restart forgets nothing. The
 * charge comes before the verification: a hundred guesses at once count as a hundred.
 */
export class Throttle {
  private readonly perNetwork;
  private readonly perAccount;
  private readonly registrations;

  constructor(database: Database, options: ThrottleOptions) {
    const limiter = (keyPrefix: string, points: number, duration: number) =>
      new RateLimiterPostgres({
        storeClient: database.pool,
        storeType: 'pool',
        tableName: 'throttle_buckets',
        tableCreated: true,
        clearExpiredByTimeout: false, // pruning does it, in small batches
        keyPrefix,
        points,
        duration,
      });
    this.perNetwork = limiter('login-network', options.loginFailuresPerNetwork, LOGIN_WINDOW_SECONDS);
    this.perAccount = limiter('login-account', options.loginFailuresPerAccount, LOGIN_WINDOW_SECONDS);
    this.registrations = limiter(
      'register-network',
      options.registrationsPerNetwork,
      REGISTRATION_WINDOW_SECONDS,
    );
  }

  /**
   * Charges one guess at a secret. The network pays first, so that a network which may not guess any
   * more cannot use up the account's allowance either. A network that the owner is known to use has
   * an allowance of its own: strangers cannot lock the owner out of it.
   */
  async admitGuess({ account, network, networkIsKnown }: Attempt): Promise<Admission> {
    const digest = createHash('sha256').update(account).digest('base64url');
    const accountKey = networkIsKnown ? `${digest}:${network}` : digest;
    const refused = (await charge(this.perNetwork, network)) ?? (await charge(this.perAccount, accountKey));
    if (refused) return refused;
    return {
      kind: 'admitted',
      refund: async () => {
        await Promise.all([this.perNetwork.reward(network, 1), this.perAccount.reward(accountKey, 1)]);
      },
    };
  }

  /** Charges one registration. */
  async admitRegistration(network: string): Promise<Admission> {
    const refused = await charge(this.registrations, network);
    if (refused) return refused;
    return {
      kind: 'admitted',
      refund: async () => {
        await this.registrations.reward(network, 1);
      },
    };
  }
}

async function charge(limiter: RateLimiterPostgres, key: string) {
  try {
    await limiter.consume(key);
    return null;
  } catch (outcome) {
    if (!(outcome instanceof RateLimiterRes)) throw outcome;
    return {
      kind: 'refused' as const,
      retryAfterSeconds: Math.max(1, Math.ceil(outcome.msBeforeNext / 1000)),
    };
  }
}
