import type { Database } from '../../platform/database.js';
import { normaliseEmail } from './email-address.js';

/** The id of the account with an address, for operators who know people by it. */
export function createFindUserId({ database }: { database: Database }) {
  return async function findUserId(email: string): Promise<string | null> {
    const { rows } = await database.pool.query<{ user_id: string }>(
      'SELECT user_id FROM user_emails WHERE address = $1',
      [normaliseEmail(email) ?? ''],
    );
    return rows[0]?.user_id ?? null;
  };
}
