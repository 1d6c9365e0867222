import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { FieldProblem } from '../caller.js';
import { checkGuessability, type PasswordHasher } from '../passwords/index.js';
import { grantAdministration } from '../permissions/index.js';
import { EmailTakenError, checkNewAccount, insertUser, type NewAccountInput } from '../users/index.js';

export type CreateAccountOutcome =
  | { kind: 'created'; userId: string }
  | { kind: 'invalidInput'; problems: FieldProblem[] }
  | { kind: 'emailTaken' };

interface Deps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
}

/** Makes an account on behalf of somebody: on the command line, or the first administrator. */
export function createCreateAccount({ database, clock, hasher }: Deps) {
  return async function createAccount(
    input: NewAccountInput,
    options: { administrator: boolean; beforeCommit?: () => void },
  ): Promise<CreateAccountOutcome> {
    const checked = checkNewAccount(input);
    if (checked.problems) return { kind: 'invalidInput', problems: checked.problems };
    const weakness = checkGuessability(input.password, [checked.name, checked.address]);
    if (weakness) return { kind: 'invalidInput', problems: [weakness] };
    const passwordHash = await hasher.hash(input.password, 'operator');
    try {
      const userId = await database.transaction(async (tx) => {
        const now = clock.now();
        const { name, address } = checked;
        const id = await insertUser(tx, now, { name, email: input.email, address, passwordHash });
        await recordEvents(tx, now, null, [{ type: 'user.created', actorId: null, userId: id }]);
        if (options.administrator) await grantAdministration(tx, now, id, null);
        options.beforeCommit?.();
        return id;
      });
      return { kind: 'created', userId };
    } catch (error) {
      if (error instanceof EmailTakenError) return { kind: 'emailTaken' };
      throw error;
    }
  };
}

export type CreateAccount = ReturnType<typeof createCreateAccount>;
