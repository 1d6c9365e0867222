import { secondsLater } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { SigningAlgorithm } from '../tokens/index.js';

/** So many at once to one service, by one node. */
const PER_CLIENT = 4;
/** A node that took a delivery and died gives it back after so long: longer than any attempt lasts. */
export const LEASE_SECONDS = 30;

export interface TakenDelivery {
  id: string;
  clientId: string;
  userId: string;
  sessionId: string;
  createdAt: Date;
  /** This one counted. */
  attempts: number;
  /** As the client is told to be at this moment; null when it wants to hear nothing any more. */
  uri: string | null;
  algorithm: SigningAlgorithm;
}

/** Asked client by client, so that a thousand rows of one that does not answer hide nobody else's. */
const TAKE = {
  name: 'take-logouts',
  text: `WITH due AS MATERIALIZED (
           SELECT taken.id FROM oauth_clients k CROSS JOIN LATERAL (
             SELECT w.id FROM logout_deliveries w WHERE w.client_id = k.id AND w.next_attempt_at <= $1
             ORDER BY w.next_attempt_at LIMIT ${PER_CLIENT} FOR UPDATE SKIP LOCKED) taken
           WHERE k.id <> ALL($3::text[]) LIMIT $4)
         UPDATE logout_deliveries d SET next_attempt_at = $2, attempts = d.attempts + 1
         FROM due, oauth_clients c WHERE d.id = due.id AND c.id = d.client_id
         RETURNING d.id, d.client_id AS "clientId", d.user_id AS "userId", d.session_id AS "sessionId",
           d.created_at AS "createdAt", d.attempts, c.backchannel_logout_uri AS uri, c.id_token_alg AS algorithm`,
};

/** Takes a few due deliveries for each of some clients, which no other node gets meanwhile. */
export function takeDeliveries(
  database: Database,
  now: Date,
  exceptClientIds: string[],
  maxClients: number,
): Promise<TakenDelivery[]> {
  const values = [now, secondsLater(now, LEASE_SECONDS), exceptClientIds, maxClients * PER_CLIENT];
  return database.query<TakenDelivery>(TAKE, values);
}
