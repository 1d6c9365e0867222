import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { requireSupportedVersion } from '../../src/platform/database.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { createDatabase, withAdminClient } from '../support/postgres.js';
import { PROXY_PASSWORD, proxyTo, type DatabaseProxy } from '../support/proxy.js';
import { SLOW_TEST_MS, emptyFolder, endProcesses, runSignet } from '../support/run-signet.js';
import { testEnvironment } from '../support/test-app.js';

const SECRET = 'the secret of this test, which nothing may print';

let database: Awaited<ReturnType<typeof createDatabase>>;
let proxy: DatabaseProxy;
beforeAll(async () => {
  database = await createDatabase();
  proxy = await proxyTo(database.url);
});
afterEach(endProcesses);
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

function environment(env: Record<string, string> = {}): Record<string, string> {
  return testEnvironment(proxy.url, { SIGNET_SECRET: SECRET, SIGNET_LOG_LEVEL: 'info', ...env });
}

/** Starts, and shows that it ends by itself with one message for people and nothing secret. */
async function refusal(env: Record<string, string>, args = ['start']): Promise<string> {
  const signet = runSignet(args, { env });
  const started = signet.origin().then(
    () => Promise.reject(new Error('it started')),
    () => signet.ended,
  );
  const { code, output } = await Promise.race([signet.ended, started]);
  expect({ code, output }).toEqual({ code: 1, output: expect.any(String) });
  expect(output).not.toMatch(/^\s+at |unexpected error|"stack"|node:internal/m);
  for (const secret of [PROXY_PASSWORD, SECRET]) expect(output).not.toContain(secret);
  return output;
}

/** The same database, by a changed connection string. */
function changed(change: (url: URL) => void): Record<string, string> {
  const url = new URL(proxy.url);
  change(url);
  return environment({ DATABASE_URL: url.href });
}

describe('the database', () => {
  it('cannot be reached', async () => {
    const port = await closedPort();
    expect(await refusal(changed((url) => (url.port = String(port))))).toMatch(
      new RegExp(
        `DATABASE_URL: PostgreSQL cannot be reached at 127\\.0\\.0\\.1:${port} .*Start it, or correct DATABASE_URL`,
      ),
    );
  });

  it('is on a host that does not exist', async () => {
    expect(await refusal(changed((url) => (url.hostname = 'nowhere.invalid')))).toMatch(
      /DATABASE_URL: PostgreSQL cannot be reached at nowhere\.invalid/,
    );
  });

  it('is no PostgreSQL', async () => {
    const other = createServer((socket) =>
      socket
        .on('error', () => socket.destroy())
        .on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const output = await refusal(changed((url) => (url.port = String(port))));
    await new Promise((done) => other.close(done));
    expect(output).toMatch(/DATABASE_URL: PostgreSQL cannot be reached/);
  });

  it('knows no such user', async () => {
    expect(await refusal(changed((url) => (url.username = 'stranger')))).toMatch(
      /DATABASE_URL: PostgreSQL refuses the user or the password/,
    );
  });

  it('refuses the password', async () => {
    const dataDir = await emptyFolder();
    const server = await startEmbeddedPostgres({ dataDir });
    const rules = join(dataDir, 'postgres', 'pg_hba.conf');
    await writeFile(rules, `local all locked scram-sha-256\n${await readFile(rules, 'utf8')}`);
    const client = new pg.Client({ connectionString: server.superuserUrl });
    await client.connect();
    await client.query(`CREATE ROLE locked LOGIN PASSWORD 'the right one'`);
    await client.query('SELECT pg_reload_conf()');
    await client.end();
    for (const password of [PROXY_PASSWORD, '']) {
      const { href } = Object.assign(new URL(server.url), { username: 'locked', password });
      expect(await refusal(environment({ DATABASE_URL: href }))).toMatch(
        /DATABASE_URL: PostgreSQL refuses the user or the password/,
      );
    }
    await server.release();
  });

  it('does not exist', async () => {
    expect(await refusal(changed((url) => (url.pathname = '/nothing')))).toMatch(
      /DATABASE_URL: the database does not exist\. Create it with: createdb/,
    );
  });

  it('lets this user make no tables', async () => {
    const empty = await createDatabase({ empty: true });
    const role = `reader_${empty.name}`;
    await withAdminClient((client) => client.query(`CREATE ROLE ${role} LOGIN`));
    const { href } = Object.assign(new URL(empty.url), { username: role, password: PROXY_PASSWORD });
    const output = await refusal(environment({ DATABASE_URL: href }));
    await empty.drop();
    await withAdminClient((client) => client.query(`DROP ROLE ${role}`));
    expect(output).toMatch(/DATABASE_URL: the user may not create tables/);
  });

  it('does not speak TLS when it should', async () => {
    expect(await refusal(changed((url) => (url.search = 'sslmode=verify-full')))).toMatch(
      /DATABASE_URL: no TLS connection to PostgreSQL.*Correct sslmode/,
    );
  });

  it('was migrated by a newer version', async () => {
    const newer = await createDatabase();
    await withAdminClient(
      (client) => client.query(`INSERT INTO signet_migrations (name) VALUES ('9999-from-the-future')`),
      newer.name,
    );
    const env = environment({ DATABASE_URL: newer.url });
    for (const [args, extra] of [
      [['start'], {}],
      [['start'], { SIGNET_MIGRATE_ON_START: 'off' }],
      [['migrate'], {}],
    ] as const)
      expect(await refusal({ ...env, ...extra }, [...args])).toMatch(
        /migrated by a newer Signet \(9999-from-the-future is unknown here\).*DATABASE_URL/,
      );
    await newer.drop();
  });

  it('waits for migrations that this process may not apply', async () => {
    const empty = await createDatabase({ empty: true });
    const output = await refusal(environment({ DATABASE_URL: empty.url, SIGNET_MIGRATE_ON_START: 'off' }));
    const tables = await withAdminClient(
      (client) => client.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`),
      empty.name,
    );
    await empty.drop();
    expect(output).toMatch(/lacks \d+ migration.*signet migrate.*SIGNET_MIGRATE_ON_START=on/);
    expect(tables.rowCount).toBe(0);
  });

  it.each(['PostgreSQL 14.19 (Debian 14.19-1) on x86_64-pc-linux-gnu', 'PostgreSQL 9.6.24'])(
    'is %s',
    (product) => {
      const number = product.includes('14') ? 140_019 : 90_624;
      expect(() => requireSupportedVersion({ product, number })).toThrow(
        /^DATABASE_URL: the server is PostgreSQL (14\.19 \(Debian 14\.19-1\)|9\.6\.24), and Signet needs PostgreSQL 15 or newer/,
      );
    },
  );

  it('is new enough, or no PostgreSQL at all but one that speaks its protocol', () => {
    expect(() => requireSupportedVersion({ product: 'PostgreSQL 15.0', number: 150_000 })).not.toThrow();
    expect(() =>
      requireSupportedVersion({ product: 'CockroachDB CCL v25.1.0', number: 130_000 }),
    ).not.toThrow();
  });
});

describe('the address', () => {
  it('is in use', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const output = await refusal(environment({ SIGNET_PORT: String(port) }));
    await new Promise((done) => other.close(done));
    expect(output).toMatch(
      new RegExp(`SIGNET_PORT: port ${port} on 127\\.0\\.0\\.1 is in use.*another port`),
    );
  });

  it('is none of this machine', async () => {
    expect(await refusal(environment({ SIGNET_HOST: '192.0.2.1' }))).toMatch(
      /SIGNET_HOST: cannot listen.*of this machine/,
    );
    expect(await refusal(environment({ SIGNET_HOST: 'nowhere.invalid' }))).toMatch(
      /SIGNET_HOST: nowhere\.invalid is no/,
    );
  });
});

describe('the stored keys', () => {
  it(
    'KY-6 cannot be read with another secret, until the lost key is revoked',
    async () => {
      const stored = await createDatabase();
      const env = environment({ DATABASE_URL: stored.url });
      const first = runSignet(['start'], { env });
      await first.origin();
      await first.stop();

      const other = { ...env, SIGNET_SECRET: 'another secret, as long as it has to be' };
      const output = await refusal(other);
      expect(output).toMatch(/signing key .+ in the database cannot be decrypted.*SIGNET_SECRET/);
      expect(output).not.toContain(other.SIGNET_SECRET);

      // What it says to run, if the secret is lost.
      const kids = /`signet keys revoke -- ([^`]+)`/.exec(output)![1]!.split(' ');
      const revoked = await runSignet(['keys', 'revoke', '--', ...kids], { env: other }).ended;
      for (const kid of kids) expect(revoked.output).toContain(`Revoked ${kid}`);
      const second = runSignet(['start'], { env: other });
      const { keys } = (await (await fetch(`${await second.origin()}/.well-known/jwks.json`)).json()) as {
        keys: { kid: string }[];
      };
      expect(keys).toHaveLength(kids.length);
      expect(keys.filter(({ kid }) => kids.includes(kid))).toEqual([]);
      await second.stop();
      await stored.drop();
    },
    SLOW_TEST_MS,
  );

  it(
    'KY-6 cannot be read when one bit of the ciphertext, or the kid of the row, was altered',
    async () => {
      const stored = await createDatabase();
      const env = environment({ DATABASE_URL: stored.url });
      const first = runSignet(['start'], { env });
      await first.origin();
      await first.stop();
      const alter = (sql: string) => withAdminClient((client) => client.query(sql), stored.name);
      const flip = `UPDATE signing_keys SET private_key_ciphertext =
      set_bit(private_key_ciphertext, %, 1 - get_bit(private_key_ciphertext, %))`;
      const lastBit = 'length(private_key_ciphertext)::bigint * 8 - 1';
      for (const bit of [lastBit, '11 * 8', '23 * 8', '0']) {
        await alter(flip.replaceAll('%', bit));
        expect(await refusal(env)).toMatch(
          /cannot be decrypted: SIGNET_SECRET is not the one .* or the row was altered/,
        );
        await alter(flip.replaceAll('%', bit));
      }
      await alter(`UPDATE signing_keys SET kid = 'another row' WHERE purpose = 'access-token'`);
      expect(await refusal(env)).toMatch(/signing key another row in the database cannot be decrypted/);
      await stored.drop();
    },
    SLOW_TEST_MS,
  );
});

describe('the settings', () => {
  it('are wrong: all faults, and no value', async () => {
    const output = await refusal(
      environment({ SIGNET_PORT: PROXY_PASSWORD, SIGNET_SIGNING_ALG: 'HS256', SIGNET_TYPO: 'x' }),
    );
    for (const name of ['SIGNET_PORT', 'SIGNET_SIGNING_ALG', 'SIGNET_TYPO'])
      expect(output).toContain(`  - ${name} `);
    expect(output).not.toContain('HS256');
  });

  it.each([
    ['SIGNET_ADMIN_PASSWORD', 'password1234567', /SIGNET_ADMIN_PASSWORD: /],
    ['SIGNET_ADMIN_PASSWORD', 'short', /SIGNET_ADMIN_PASSWORD: .*at least 15/],
    ['SIGNET_ADMIN_EMAIL', 'no address', /SIGNET_ADMIN_EMAIL: /],
  ])('%s=%s makes no administrator', async (name, value, message) => {
    const env = environment({
      SIGNET_ADMIN_EMAIL: 'root@example.com',
      SIGNET_ADMIN_PASSWORD: 'nine quiet lanterns drift',
      [name]: value,
    });
    expect(await refusal(env)).toMatch(message);
    const users = await withAdminClient((client) => client.query('SELECT 1 FROM users'), database.name);
    expect(users.rowCount).toBe(0);
  });

  it('name a data folder that cannot be one', async () => {
    const folder = await emptyFolder();
    await writeFile(`${folder}/file`, '');
    expect(await refusal({ SIGNET_DATA_DIR: `${folder}/file/data`, SIGNET_PORT: '0' })).toMatch(
      /SIGNET_DATA_DIR: cannot use .*Set SIGNET_DATA_DIR to a folder/,
    );
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
