import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Connection string of the PostgreSQL of this test run, without a database; set by global-setup. */
export function serverUrl(database: string): string {
  const base = process.env['SIGNET_TEST_POSTGRES'];
  if (!base) throw new Error('the test PostgreSQL is not running; start tests with npm test');
  return `${base}/${database}`;
}

/** Migrated once per run; every test file works on a copy of its own. */
export const TEMPLATE_DATABASE = 'signet_template';

export async function withAdminClient<T>(
  work: (client: pg.Client) => Promise<T>,
  database = 'postgres',
): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl(database) });
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
  await withAdminClient((client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY WAL_LOG`),
  );
  return {
    name,
    url: serverUrl(name),
    drop: () =>
      withAdminClient(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}
