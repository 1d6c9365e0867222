import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { livesSql } from './session-row.js';
import { GRAPHQL_CLIENT_ID, type SessionOptions } from './start-session.js';

/** The clocks count in days: use within a minute need not be written down again. */
export const USE_SECONDS = 60;

/** Of browsers and devices: sessions of GraphQL go on by their own refresh, whose grace hangs on `refreshed_at`. */
const USE = {
  name: 'use-session',
  text: `UPDATE sessions s SET refreshed_at = $2, idle_expires_at = least($2 + make_interval(secs => $3), s.absolute_expires_at)
         WHERE s.id = $1 AND s.client_id <> '${GRAPHQL_CLIENT_ID}' AND ${livesSql('s', '$2')}
           AND s.refreshed_at <= $2::timestamptz - make_interval(secs => ${USE_SECONDS})`,
};

interface Deps {
  database: Database;
  clock: Clock;
  sessions: SessionOptions;
}

/** Puts off the idle end of a session: it was used to sign in to a service, or one refreshed by it. */
export function createUseSession({ database, clock, sessions }: Deps) {
  return async function useSession(sessionId: string): Promise<void> {
    await database.query(USE, [sessionId, clock.now(), sessions.idleSeconds]);
  };
}
