import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller, FieldProblem } from '../caller.js';
import { HashQueueFull, checkGuessability, type PasswordHasher } from '../passwords/index.js';
import { networkOf, type Throttle } from '../throttling/index.js';
import { EmailTakenError, checkNewAccount, insertUser, type NewAccountInput } from '../users/index.js';
import type { Session } from './session.entity.js';
import { startSession, type SessionOptions } from './start-session.js';

/** Why nobody can have an account by this input, at this moment. */
export type OpenAccountRefusal =
  | { kind: 'invalidInput'; problems: FieldProblem[] }
  | { kind: 'emailTaken' }
  | { kind: 'closed' }
  | { kind: 'tooManyAttempts'; retryAfterSeconds: number }
  | { kind: 'busy'; retryAfterSeconds: number };

export type OpenAccountOutcome =
  { kind: 'opened'; session: Session; name: string; email: string } | OpenAccountRefusal;

export interface OpenAccountDeps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  throttle: Throttle;
  sessions: SessionOptions;
  registrationOpen: boolean;
}

/** Makes an account and its owner's first session, both in one transaction, whichever door they came by. */
export function createOpenAccount(deps: OpenAccountDeps) {
  const { database, clock, hasher, throttle, sessions, registrationOpen } = deps;
  return async function openAccount(
    input: NewAccountInput,
    caller: Caller,
    clientId: string,
  ): Promise<OpenAccountOutcome> {
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
        return startSession(tx, now, caller, { userId, amr: ['pwd'], clientId }, sessions);
      });
      return { kind: 'opened', session, name, email };
    } catch (error) {
      if (error instanceof EmailTakenError) return { kind: 'emailTaken' };
      throw error;
    }
  };
}
