import pg from 'pg';
import { migrations } from '../../migrations/index.js';
import { connectDatabase } from '../../src/platform/database.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { migrate } from '../../src/platform/migrate.js';
import { SLOW_TEST_MS, emptyFolder, endProcesses, runSignet } from '../support/run-signet.js';

afterEach(endProcesses);

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const ROLE = 'SELECT rolname AS name, rolsuper FROM pg_roles WHERE rolname = current_user';
const OWNERS = `SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname = 'public'`;

/** What a version left behind that knew one role: the superuser owns the database and its tables. */
async function folderOfEarlierVersion(): Promise<string> {
  const dataDir = await emptyFolder();
  const postgres = await startEmbeddedPostgres({ dataDir });
  const url = postgres.superuserUrl.replace(/postgres$/, 'signet');
  await query(postgres.superuserUrl, 'ALTER DATABASE signet OWNER TO signet');
  await query(postgres.superuserUrl, 'DROP ROLE signet_app');
  const earlier = migrations.filter(({ name }) => name < '0003');
  const database = await connectDatabase({ url, poolSize: 2, entities: [], migrations: earlier });
  await migrate(database);
  await database.pool.query(
    `INSERT INTO users (id, name, status, created_at, updated_at)
     VALUES ('01890000-0000-7000-8000-000000000001', 'Ada', 'ACTIVE', now(), now())`,
  );
  await database.close();
  expect(await query(url, OWNERS)).toEqual([{ owner: 'signet' }]);
  await postgres.release();
  return dataDir;
}

describe('the embedded PostgreSQL', () => {
  it(
    'is used by Signet as a role without superuser, which owns everything that Signet makes',
    async () => {
      const dataDir = await emptyFolder();
      const server = runSignet(['start'], { env: { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: '0' } });
      await server.origin();
      const postgres = await startEmbeddedPostgres({ dataDir });
      expect(await query(postgres.url, ROLE)).toEqual([{ name: 'signet_app', rolsuper: false }]);
      expect(await query(postgres.url, OWNERS)).toEqual([{ owner: 'signet_app' }]);
      const connected = await query(
        postgres.superuserUrl,
        `SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'signet'`,
      );
      expect(connected).toEqual([{ usename: 'signet_app' }]);
      await postgres.release();
    },
    SLOW_TEST_MS,
  );

  it(
    'of an earlier version, whose superuser owned the tables, is taken over once and goes on',
    async () => {
      const dataDir = await folderOfEarlierVersion();
      const env = { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: '0' };
      // Several at once, of which each would like to be the one.
      const starts = await Promise.all(
        [1, 2, 3].map(() => runSignet(['user', 'suspend', 'nobody@example.com'], { env }).ended),
      );
      for (const { output } of starts) expect(output).toMatch(/There is no such account/);
      const server = runSignet(['start'], { env });
      const origin = await server.origin();
      expect((await fetch(`${origin}/readyz`)).status).toBe(200);
      expect(server.output).not.toContain('audit.not-append-only');
      const postgres = await startEmbeddedPostgres({ dataDir });
      expect(await query(postgres.url, OWNERS)).toEqual([{ owner: 'signet_app' }]);
      expect(await query(postgres.url, `SELECT name FROM users WHERE name = 'Ada'`)).toHaveLength(1);
      await postgres.release();
    },
    SLOW_TEST_MS,
  );
});
