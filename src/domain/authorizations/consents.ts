import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';

const FIND = {
  name: 'find-consent',
  text: 'SELECT scopes FROM consents WHERE user_id = $1 AND client_id = $2',
};
const SAVE = {
  name: 'save-consent',
  text: `INSERT INTO consents (user_id, client_id, scopes, granted_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, client_id) DO UPDATE SET granted_at = excluded.granted_at,
           scopes = ARRAY(SELECT DISTINCT unnest(consents.scopes || excluded.scopes) ORDER BY 1)`,
};

/** What people let third parties have. */
export function createConsents({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** Scopes that the user gave the client before; empty for none. */
    async findConsent(userId: string, clientId: string): Promise<string[]> {
      const [row] = await database.query<{ scopes: string[] }>(FIND, [userId, clientId]);
      return row?.scopes ?? [];
    },
    /** Remembers what was given, beside what was given before. */
    async saveConsent(userId: string, clientId: string, scopes: readonly string[]): Promise<void> {
      await database.query(SAVE, [userId, clientId, scopes, clock.now()]);
    },
  };
}
