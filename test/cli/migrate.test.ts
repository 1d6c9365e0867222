import pg from 'pg';
import { migrations } from '../../migrations/index.js';
import { createDatabase, serverUrl, withAdminClient } from '../support/postgres.js';
import { endProcesses, runSignet, until } from '../support/run-signet.js';
import { testEnvironment } from '../support/test-app.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
beforeEach(async () => {
  database = await createDatabase({ empty: true });
});
afterEach(async () => {
  await endProcesses();
  await database.drop();
});

const ALL = migrations.map(({ name }) => name);
const ALL_APPLIED = ALL.map((name) => `applied ${name}\n`).join('');

const migrate = () => runSignet(['migrate'], { env: testEnvironment(database.url) });

async function tables(): Promise<string[]> {
  const { rows } = await withAdminClient(
    (client) =>
      client.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
      ),
    database.name,
  );
  return rows.map(({ name }) => name);
}

async function applied(): Promise<string[]> {
  const { rows } = await withAdminClient(
    (client) => client.query<{ name: string }>('SELECT name FROM signet_migrations'),
    database.name,
  );
  return rows.map(({ name }) => name);
}

describe('signet migrate', () => {
  it('applies what is pending, and says so', async () => {
    expect(await migrate().ended).toEqual({
      code: 0,
      signal: null,
      output: ALL_APPLIED,
    });
    expect(await migrate().ended).toEqual({ code: 0, signal: null, output: 'The database is up to date.\n' });
    expect(await tables()).toContain('sessions');
  });

  it('may run three times at once: all succeed, and each migration is applied once', async () => {
    const endings = await Promise.all([migrate(), migrate(), migrate()].map((signet) => signet.ended));
    expect(endings.map(({ code, output }) => (code === 0 ? code : output))).toEqual([0, 0, 0]);
    expect(endings.filter(({ output }) => output.includes('applied'))).toHaveLength(1);
    expect(await applied()).toEqual(ALL);
  });

  it('leaves nothing behind when it is killed half-way, and does it all the next time', async () => {
    // Somebody else is making the last table, so the migration stops there and waits.
    const rival = new pg.Client({ connectionString: serverUrl(database.name) });
    await rival.connect();
    await rival.query('BEGIN');
    await rival.query('CREATE TABLE outgoing_mails (id int)');
    const signet = migrate();
    await until('the migration waits half-way', () =>
      withAdminClient(async (client) => {
        const { rowCount } = await client.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock' AND query LIKE '%outgoing_mails%'`,
          [database.name],
        );
        return rowCount;
      }),
    );
    signet.kill('SIGKILL');
    expect((await signet.ended).signal).toBe('SIGKILL');
    await rival.query('ROLLBACK');
    await rival.end();
    await until('its connection is gone', () =>
      withAdminClient(async (client) => {
        const { rowCount } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [
          database.name,
        ]);
        return rowCount === 0;
      }),
    );
    expect((await tables()).filter((name) => !name.startsWith('signet_'))).toEqual([]);
    expect(await migrate().ended).toMatchObject({ code: 0, output: ALL_APPLIED });
    expect(await applied()).toEqual(ALL);
  });
});
