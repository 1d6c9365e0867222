import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';

/** A client that a session is signed in to. */
export interface SessionClient {
  clientId: string;
  grantId: string | null;
}

/** A service that somebody is signed in to by a session, and since when. */
export interface SessionService {
  sessionId: string;
  clientId: string;
  clientName: string;
  service: string;
  since: Date;
  lastUsedAt: Date;
}

const LIST = {
  name: 'list-session-clients',
  text: `SELECT client_id AS "clientId", grant_id AS "grantId" FROM session_clients WHERE session_id = $1`,
};
const LIST_SERVICES = {
  name: 'list-session-services',
  text: `SELECT k.session_id AS "sessionId", c.id AS "clientId", c.name AS "clientName", c.service,
           k.created_at AS since, k.last_used_at AS "lastUsedAt"
         FROM session_clients k JOIN oauth_clients c ON c.id = k.client_id
         WHERE k.session_id = ANY($1) ORDER BY k.created_at, c.id`,
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
    /** Of many sessions by one statement. */
    listSessionServices: (sessionIds: readonly string[]) =>
      database.query<SessionService>(LIST_SERVICES, [sessionIds]),
    async saveSessionClient(sessionId: string, { clientId, grantId }: SessionClient): Promise<void> {
      await database.query(SAVE, [sessionId, clientId, grantId, clock.now()]);
    },
  };
}
