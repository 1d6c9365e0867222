import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
// Jest runs this file outside its module system, so it takes what `npm run build` has made.
import { migrations } from '../../dist/migrations/index.js';
import { connectDatabase } from '../../dist/src/platform/database.js';
import { startEmbeddedPostgres } from '../../dist/src/platform/embedded-postgres.js';
import { migrate } from '../../dist/src/platform/migrate.js';

/** Migrated once per run; every test file works on a copy of its own. */
const TEMPLATE_DATABASE = 'signet_template';

/** Starts one real PostgreSQL for the run, or takes the one that SIGNET_TEST_POSTGRES names. */
export default async function globalSetup() {
  if (!process.env.SIGNET_TEST_POSTGRES) {
    const dataDir = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'signet-test-'));
    // No power fails during a test run: what a killed process wrote is safe in the page cache.
    const settings = { fsync: 'off', max_connections: '300' };
    const postgres = await startEmbeddedPostgres({ dataDir, settings });
    process.env.SIGNET_TEST_POSTGRES = postgres.url.replace(/\/signet$/, '');
    globalThis.signetTestPostgres = { release: postgres.release, dataDir };
  }
  const base = process.env.SIGNET_TEST_POSTGRES;
  const client = new pg.Client({ connectionString: `${base}/postgres` });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE_DATABASE}`);
  await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
  await client.end();
  const database = await connectDatabase({
    url: `${base}/${TEMPLATE_DATABASE}`,
    poolSize: 2,
    entities: [],
    migrations,
  });
  await migrate(database);
  await database.close();
}
