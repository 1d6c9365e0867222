import { secondsLater, type Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { MAIL_LIFETIME_SECONDS } from '../mail/index.js';

/** Small enough that no statement holds locks for long. */
const BATCH = 1000;
/** Ended and expired sessions are kept so long, for owners who look back. */
export const SESSION_RETENTION_SECONDS = 30 * 24 * 3600;

const DAY_SECONDS = 24 * 3600;

interface Leftovers {
  table: string;
  /** The columns of its primary key. */
  key: string;
  /** Of what can go, with `$1` for the limit. */
  condition: string;
  limit: unknown;
}

/** What nobody can use any more at a moment. Clients of pruned sessions go with them. */
const leftoversAt = (now: Date): Leftovers[] => [
  {
    table: 'sessions',
    key: 'id',
    condition: 'absolute_expires_at < $1',
    limit: secondsLater(now, -SESSION_RETENTION_SECONDS),
  },
  // Codes, tokens, proofs, interactions: each is kept until its end, also when it was used, so that its return is noticed.
  { table: 'oidc_artifacts', key: 'model, id_hash', condition: 'expires_at < $1', limit: now },
  { table: 'client_secrets', key: 'id', condition: 'expires_at < $1', limit: now },
  // They are given up after a day by who delivers them, unless nobody does.
  {
    table: 'logout_deliveries',
    key: 'id',
    condition: 'created_at < $1',
    limit: secondsLater(now, -2 * DAY_SECONDS),
  },
  {
    table: 'throttle_buckets',
    key: 'key',
    condition: 'expire < $1',
    limit: now.getTime() - DAY_SECONDS * 1000,
  },
  {
    table: 'outgoing_mails',
    key: 'id',
    condition: 'created_at < $1',
    limit: secondsLater(now, -MAIL_LIFETIME_SECONDS),
  },
];

/** Deletes what nobody can use any more, in small batches, and returns how many rows went. */
export function createPrune({ database, clock }: { database: Database; clock: Clock }) {
  async function inBatches({ table, key, condition, limit }: Leftovers): Promise<number> {
    for (let total = 0; ;) {
      const { rowCount } = await database.pool.query(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${BATCH})`,
        [limit],
      );
      total += rowCount ?? 0;
      if ((rowCount ?? 0) < BATCH) return total;
    }
  }

  return async function prune(): Promise<number> {
    let total = 0;
    for (const leftovers of leftoversAt(clock.now())) total += await inBatches(leftovers);
    return total;
  };
}
