import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { USE_SECONDS, livesSql } from '../sessions/index.js';

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
  serviceName: string;
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
           s.name AS "serviceName", k.created_at AS since, k.last_used_at AS "lastUsedAt"
         FROM session_clients k JOIN oauth_clients c ON c.id = k.client_id JOIN services s ON s.slug = c.service
         WHERE k.session_id = ANY($1) ORDER BY k.created_at, c.id`,
};
/** The lock holds off the end of the session: either it has ended before, or its end sees this client and tells it. */
const SAVE = {
  name: 'save-session-client',
  text: `INSERT INTO session_clients (session_id, client_id, grant_id, created_at, last_used_at)
         SELECT s.id, c.id, $3, $4, $4 FROM sessions s, oauth_clients c
         WHERE s.id = $1 AND c.id = $2 AND ${livesSql('s', '$4')} FOR SHARE OF s
         ON CONFLICT (session_id, client_id) DO UPDATE
           SET grant_id = coalesce(excluded.grant_id, session_clients.grant_id), last_used_at = excluded.last_used_at`,
};
const USE = {
  name: 'use-session-client',
  text: `UPDATE session_clients SET last_used_at = $3 WHERE session_id = $1 AND client_id = $2
           AND last_used_at <= $3::timestamptz - make_interval(secs => ${USE_SECONDS})`,
};

interface Deps {
  database: Database;
  clock: Clock;
  /** The session itself is in use too. */
  useSession(sessionId: string): Promise<void>;
}

/**
 * Which clients a session is signed in to, a row for each: two sign-ins at once, of one browser and two products, both stay,
 * where the library's session stored as a whole would lose one of them.
 */
export function createSessionClients({ database, clock, useSession }: Deps) {
  return {
    listSessionClients: (sessionId: string) => database.query<SessionClient>(LIST, [sessionId]),
    /** Of many sessions by one statement. */
    listSessionServices: (sessionIds: readonly string[]) =>
      database.query<SessionService>(LIST_SERVICES, [sessionIds]),
    /** Somebody signs in to a client by the session. */
    async saveSessionClient(sessionId: string, { clientId, grantId }: SessionClient): Promise<void> {
      await useSession(sessionId);
      await database.query(SAVE, [sessionId, clientId, grantId, clock.now()]);
    },
    /** A client that is signed in goes on. */
    async useSessionClient(sessionId: string, clientId: string): Promise<void> {
      await useSession(sessionId);
      await database.query(USE, [sessionId, clientId, clock.now()]);
    },
  };
}

export type SessionClients = ReturnType<typeof createSessionClients>;
