import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller, FieldProblem, Viewer } from '../caller.js';
import { queueMail } from '../mail/index.js';
import {
  HashQueueFull,
  PasswordCredential,
  checkGuessability,
  checkPasswordForm,
  type PasswordHasher,
} from '../passwords/index.js';
import { networkOf, type Throttle } from '../throttling/index.js';
import { endSessions } from './end-sessions.js';
import { holdSession } from './hold-session.js';

export type ChangePasswordOutcome =
  | { kind: 'changed'; endedSessions: number }
  | { kind: 'invalidCredentials' }
  | { kind: 'sessionEnded' }
  | { kind: 'invalidInput'; problems: FieldProblem[] }
  | { kind: 'tooManyAttempts'; retryAfterSeconds: number }
  | { kind: 'busy'; retryAfterSeconds: number };

interface Deps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  throttle: Throttle;
}

const FIND_OWN = {
  name: 'find-own-credential',
  text: `SELECT u.name, e.address, c.password_hash FROM users u
         JOIN password_credentials c ON c.user_id = u.id
         LEFT JOIN user_emails e ON e.user_id = u.id WHERE u.id = $1`,
};

/**
 * Replaces the caller's password, which ends all their other sessions in the same transaction. Guesses
 * at the current password are counted with those of the login.
 */
export function createChangePassword({ database, clock, hasher, throttle }: Deps) {
  return async function changePassword(
    input: { currentPassword: string; newPassword: string },
    viewer: Viewer,
    caller: Caller,
  ): Promise<ChangePasswordOutcome> {
    const [own] = await database.query<{ name: string; address: string | null; password_hash: string }>(
      FIND_OWN,
      [viewer.userId],
    );
    const malformed = checkPasswordForm(input.newPassword, 'newPassword');
    if (malformed) return { kind: 'invalidInput', problems: [malformed] };

    const network = networkOf(caller.ipAddress);
    // A stolen session must not guess without bound, wherever it is used from; it has an allowance of its
    // own, so that it cannot lock the owner's login either.
    const admission = await throttle.admitGuess({
      account: `change-password:${viewer.userId}`,
      network,
      networkIsKnown: false,
    });
    if (admission.kind === 'refused')
      return { kind: 'tooManyAttempts', retryAfterSeconds: admission.retryAfterSeconds };

    const weakness = checkGuessability(
      input.newPassword,
      [own?.name ?? '', own?.address ?? ''],
      'newPassword',
    );
    if (weakness) {
      await admission.refund();
      return { kind: 'invalidInput', problems: [weakness] };
    }
    let newHash: string;
    try {
      const matches = await hasher.verify(own?.password_hash ?? null, input.currentPassword, network);
      if (!matches || !own) return { kind: 'invalidCredentials' };
      newHash = await hasher.hash(input.newPassword, network);
    } catch (error) {
      await admission.refund();
      if (error instanceof HashQueueFull) return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
      throw error;
    }
    await admission.refund();

    return database.transaction(async (tx): Promise<ChangePasswordOutcome> => {
      const now = clock.now();
      if (!(await holdSession(tx, viewer, now))) return { kind: 'sessionEnded' };
      const changed = await tx.nativeUpdate(
        PasswordCredential,
        { userId: viewer.userId, passwordHash: own.password_hash },
        { passwordHash: newHash, changedAt: now },
      );
      // Somebody else changed it while we hashed: the proof was about a password that is gone.
      if (changed === 0) return { kind: 'invalidCredentials' };
      await recordEvents(tx, now, caller, [
        {
          type: 'password.changed',
          actorId: viewer.userId,
          userId: viewer.userId,
          sessionId: viewer.sessionId,
        },
      ]);
      const ended = await endSessions(tx, now, caller, {
        userId: viewer.userId,
        exceptSessionId: viewer.sessionId,
        reason: 'PASSWORD_CHANGED',
        actorId: viewer.userId,
      });
      await queueMail(tx, now, viewer.userId, {
        subject: 'Your password was changed',
        text: [
          'The password of your account was changed, and all other sessions were ended.',
          '',
          'If this was not you, tell the people who run this service at once.',
          '',
          `Time: ${now.toUTCString()}`,
          `Network address: ${caller.ipAddress}`,
        ].join('\n'),
      });
      return { kind: 'changed', endedSessions: ended.length };
    });
  };
}
