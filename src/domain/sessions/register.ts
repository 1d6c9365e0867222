import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller, FieldProblem } from '../caller.js';
import { HashQueueFull, checkGuessability, type PasswordHasher } from '../passwords/index.js';
import { networkOf, type Throttle } from '../throttling/index.js';
import { EmailTakenError, checkNewAccount, insertUser, type NewAccountInput } from '../users/index.js';
import type { IssueTokens } from './issue-tokens.js';
import { signedIn, type SignedIn } from './log-in.js';
import { startSession, type SessionOptions } from './start-session.js';

export type RegisterOutcome =
  | ({ kind: 'registered' } & SignedIn)
  | { kind: 'invalidInput'; problems: FieldProblem[] }
  | { kind: 'emailTaken' }
  | { kind: 'closed' }
  | { kind: 'tooManyAttempts'; retryAfterSeconds: number }
  | { kind: 'busy'; retryAfterSeconds: number };

export interface RegisterDeps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  throttle: Throttle;
  issueTokens: IssueTokens;
  sessions: SessionOptions;
  registrationOpen: boolean;
}

/** Makes an account and signs its owner in, both in one transaction. */
export function createRegister(deps: RegisterDeps) {
  const { database, clock, hasher, throttle, issueTokens, sessions, registrationOpen } = deps;
  return async function register(input: NewAccountInput, caller: Caller): Promise<RegisterOutcome> {
    if (!registrationOpen) return { kind: 'closed' };
    const checked = checkNewAccount(input);
    if (checked.problems) return { kind: 'invalidInput', problems: checked.problems };
    const network = networkOf(caller.ipAddress);
    const admission = await throttle.admitRegistration(network);
    if (admission.kind === 'refused')
      return { kind: 'tooManyAttempts', retryAfterSeconds: admission.retryAfterSeconds };

    const { name, address } = checked;
    const weakness = checkGuessability(input.password, [name, address]);
    if (weakness) return { kind: 'invalidInput', problems: [weakness] };

    let passwordHash: string;
    try {
      passwordHash = await hasher.hash(input.password, network);
    } catch (error) {
      await admission.refund();
      if (error instanceof HashQueueFull) return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
      throw error;
    }

    try {
      const email = input.email.trim();
      const session = await database.transaction(async (tx) => {
        const now = clock.now();
        const userId = await insertUser(tx, now, { name, email, address, passwordHash });
        await recordEvents(tx, now, caller, [{ type: 'user.registered', actorId: userId, userId }]);
        return startSession(tx, now, caller, { userId, amr: ['pwd'] }, sessions);
      });
      const row = {
        user_id: session.userId,
        name,
        picture: null,
        status: 'ACTIVE' as const,
        user_created_at: session.createdAt,
        email,
        verified_at: null,
        permissions: [],
      };
      return { kind: 'registered', ...(await signedIn(session, row, issueTokens)) };
    } catch (error) {
      if (error instanceof EmailTakenError) return { kind: 'emailTaken' };
      throw error;
    }
  };
}
