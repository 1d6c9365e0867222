import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';

/** A client that a session is signed in to. */
export interface SessionClient {
  clientId: string;
  grantId: string | null;
}

const LIST = {
  name: 'list-session-clients',
  text: `SELECT client_id AS "clientId", grant_id AS "grantId" FROM session_clients WHERE session_id = $1`,
};
const SAVE = {
  name: 'save-session-client',
  text: `INSERT INTO session_clients (session_id, client_id, grant_id, created_at, last_used_at)
         SELECT $1::uuid, c.id, $3, $4, $4 FROM oauth_clients c WHERE c.id = $2
         ON CONFLICT (session_id, client_id) DO UPDATE
           SET grant_id = coalesce(excluded.grant_id, session_clients.grant_id), last_used_at = excluded.last_used_at`,
};

/**
 * Which clients a session is signed in to, a row for each: two sign-ins at once, of one browser and two products, both stay,
 * where the library's session stored as a whole would lose one of them.
 */
export function createSessionClients({ database, clock }: { database: Database; clock: Clock }) {
  return {
    listSessionClients: (sessionId: string) => database.query<SessionClient>(LIST, [sessionId]),
    async saveSessionClient(sessionId: string, { clientId, grantId }: SessionClient): Promise<void> {
      await database.query(SAVE, [sessionId, clientId, grantId, clock.now()]);
    },
  };
}
