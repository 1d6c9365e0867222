import { randomBytes } from 'node:crypto';
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

const APPLICATION_ROLE = 'signet_test';

/**
 * Starts one real PostgreSQL for the run, or takes the one that SIGNET_TEST_POSTGRES names: as a superuser, or
 * as a role that may create databases.
 */
export default async function globalSetup() {
  if (!process.env.SIGNET_TEST_POSTGRES) {
    const dataDir = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'signet-test-'));
    // No power fails during a test run: what a killed process wrote is safe in the page cache.
    const settings = { fsync: 'off', max_connections: '300' };
    const postgres = await startEmbeddedPostgres({ dataDir, settings });
    process.env.SIGNET_TEST_POSTGRES = postgres.superuserUrl.replace(/\/postgres$/, '');
    globalThis.signetTestPostgres = { release: postgres.release, dataDir };
  }
  const base = process.env.SIGNET_TEST_POSTGRES;
  const client = new pg.Client({ connectionString: `${base}/postgres` });
  await client.connect();
  const application = await applicationUrl(client, base);
  process.env.SIGNET_TEST_POSTGRES_APPLICATION = application;
  const { username } = new URL(application);
  await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE_DATABASE}`);
  await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE} OWNER "${username}"`);
  await client.end();
  const database = await connectDatabase({
    url: `${application}/${TEMPLATE_DATABASE}`,
    poolSize: 2,
    entities: [],
    migrations,
  });
  await migrate(database);
  await database.close();
}

/** Signet runs in tests as it should anywhere: as a role that is no superuser, whom no privilege would bind. */
async function applicationUrl(client, base) {
  const { rows } = await client.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  if (!rows[0].rolsuper) return base;
  const password = randomBytes(16).toString('hex');
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APPLICATION_ROLE]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${APPLICATION_ROLE}`);
  await client.query(`ALTER ROLE ${APPLICATION_ROLE} LOGIN PASSWORD '${password}'`);
  return Object.assign(new URL(base), { username: APPLICATION_ROLE, password }).href;
}
