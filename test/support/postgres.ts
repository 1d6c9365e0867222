import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Connection string to a database of this test run's PostgreSQL, as the role that Signet works as there. */
export function serverUrl(database: string): string {
  return urlOf('SIGNET_TEST_POSTGRES_APPLICATION', database);
}

/** The same as whoever makes the databases: unless SIGNET_TEST_POSTGRES says otherwise, a superuser. */
export function superuserUrl(database: string): string {
  return urlOf('SIGNET_TEST_POSTGRES', database);
}

/** Both are set by global-setup. */
function urlOf(base: 'SIGNET_TEST_POSTGRES' | 'SIGNET_TEST_POSTGRES_APPLICATION', database: string): string {
  if (!process.env[base]) throw new Error('the test PostgreSQL is not running; start tests with npm test');
  return `${process.env[base]}/${database}`;
}

/** Migrated once per run; every test file works on a copy of its own. */
export const TEMPLATE_DATABASE = 'signet_template';

export async function withAdminClient<T>(
  work: (client: pg.Client) => Promise<T>,
  database = 'postgres',
): Promise<T> {
  const client = new pg.Client({ connectionString: superuserUrl(database) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A new migrated database, which nobody else sees. */
export async function createDatabase(
  options: { empty?: boolean } = {},
): Promise<{ url: string; name: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = options.empty ? 'template0' : TEMPLATE_DATABASE;
  const url = serverUrl(name);
  const owner = decodeURIComponent(new URL(url).username);
  await withAdminClient((client) =>
    client.query(`CREATE DATABASE ${name} OWNER "${owner}" TEMPLATE ${template} STRATEGY WAL_LOG`),
  );
  return {
    name,
    url,
    drop: () =>
      withAdminClient(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}
