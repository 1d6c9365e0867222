import { secondsLater, type Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { MAIL_LIFETIME_SECONDS } from '../mail/index.js';

/** Small enough that no statement holds locks for long. */
const BATCH = 1000;
/** Ended and expired sessions are kept so long, for owners who look back. */
export const SESSION_RETENTION_SECONDS = 30 * 24 * 3600;

const DAY_SECONDS = 24 * 3600;

/** Deletes what nobody can use any more, in small batches, and returns how many rows went. */
export function createPrune({ database, clock }: { database: Database; clock: Clock }) {
  async function inBatches(table: string, key: string, condition: string, limit: unknown): Promise<number> {
    for (let total = 0; ;) {
      const { rowCount } = await database.pool.query(
        `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${BATCH})`,
        [limit],
      );
      total += rowCount ?? 0;
      if ((rowCount ?? 0) < BATCH) return total;
    }
  }

  return async function prune(): Promise<number> {
    const now = clock.now();
    return (
      (await inBatches(
        'sessions',
        'id',
        'absolute_expires_at < $1',
        secondsLater(now, -SESSION_RETENTION_SECONDS),
      )) +
      (await inBatches('throttle_buckets', 'key', 'expire < $1', now.getTime() - DAY_SECONDS * 1000)) +
      (await inBatches('outgoing_mails', 'id', 'created_at < $1', secondsLater(now, -MAIL_LIFETIME_SECONDS)))
    );
  };
}
