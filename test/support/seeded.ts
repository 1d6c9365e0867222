import pg from 'pg';
import { beginSeed } from '../../scripts/seed/begin-seed.js';
import { DEFAULT_SIZES, type SeedSizes } from '../../scripts/seed/plan.js';
import type { Progress } from '../../scripts/seed/progress.js';
import { seedDatabase } from '../../scripts/seed/seed-database.js';
import { GOOD_PASSWORD } from './given.js';

const SILENT: Progress = {
  begin: () => undefined,
  show: () => undefined,
  advance: () => undefined,
  end: () => undefined,
};

/** Fills a migrated database as `npm run seed` does. Everybody's password is GOOD_PASSWORD. */
export async function seedForTest(url: string, sizes: Partial<SeedSizes>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const ledger = await beginSeed(client, {
      wanted: { ...DEFAULT_SIZES, ...sizes, seed: 1, asOf: null },
      intoExisting: false,
      hashing: { memoryKib: 19_456, passes: 2, parallelism: 1, concurrency: 1, waitSeconds: 60 },
      choosePasswords: async () => ({ administrator: GOOD_PASSWORD, everybodyElse: GOOD_PASSWORD }),
      announce: () => undefined,
    });
    await seedDatabase(client, ledger, { batchRows: 20_000, progress: SILENT });
  } finally {
    await client.end();
  }
}
