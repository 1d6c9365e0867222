import { randomBytes } from 'node:crypto';
import type { Database } from '../../platform/database.js';
import { permanentAdministratorExists } from '../permissions/index.js';
import type { CreateAccount } from './create-account.js';

/** 160 bits, in groups that can be typed. */
function generatePassword(): string {
  return randomBytes(20).toString('hex').match(/.{8}/g)!.join('-');
}

/** The configured administrator cannot be made; the message names the setting. */
export class AdministratorError extends Error {}

interface Deps {
  database: Database;
  createAccount: CreateAccount;
}

/** Makes the first administrator, once: not when there already is one. */
export function createSeedAdministrator({ database, createAccount }: Deps) {
  return async function seedAdministrator(
    configured: { email: string | undefined; password: string | undefined },
    /** Is told a generated password before the account is committed, so that no crash can lose it. */
    announce: (email: string, generatedPassword: string | null) => void,
  ): Promise<void> {
    const { email } = configured;
    if (!email) return;
    if (await database.transaction((tx) => permanentAdministratorExists(tx))) return;
    const password = configured.password ?? generatePassword();
    const outcome = await createAccount(
      { email, password, name: 'Administrator' },
      { administrator: true, beforeCommit: () => announce(email, configured.password ? null : password) },
    );
    if (outcome.kind === 'invalidInput') {
      const faults = outcome.problems.map(
        ({ path, message }) => `SIGNET_ADMIN_${path.toUpperCase()}: ${message}`,
      );
      throw new AdministratorError(`The administrator cannot be made. ${faults.join(' ')}`);
    }
    // Taken: another node made it a moment ago, or the address belongs to somebody who is no administrator.
    if (!(await database.transaction((tx) => permanentAdministratorExists(tx))))
      throw new AdministratorError(
        'SIGNET_ADMIN_EMAIL belongs to an account that is no administrator. Choose another address.',
      );
  };
}
