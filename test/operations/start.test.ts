import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { GraphqlClient } from '../support/client.js';
import { LoginDocument, RegisterDocument } from '../support/operations.js';
import { createDatabase } from '../support/postgres.js';
import {
  SLOW_TEST_MS,
  embeddedServerPid,
  emptyFolder,
  endProcesses,
  isAlive,
  runSignet,
  until,
} from '../support/run-signet.js';
import { testEnvironment } from '../support/test-app.js';

const PASSWORD = 'nine quiet lanterns drift';
const ADMIN = 'admin@signet.localhost';

afterEach(endProcesses);

/** The generated password that a start has shown, the last one when there were several. */
function shownPassword(output: string): string | undefined {
  return [...output.matchAll(/^ {4}password {2}(\S+)$/gm)].at(-1)?.[1];
}

async function signIn(origin: string, email: string, password: string): Promise<string> {
  return (await new GraphqlClient(origin).send(LoginDocument, { input: { email, password } })).data.login
    .__typename;
}

describe('the first start in an empty folder, without DATABASE_URL', () => {
  it(
    'gives a working Signet with an administrator; later starts keep everything and show no password',
    async () => {
      const dataDir = await emptyFolder();
      const env = { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: '0' };
      const first = runSignet(['start'], { env });
      const origin = await first.origin();
      await first.prints(/Ctrl-C stops/);
      expect(first.output).toContain('DEVELOPMENT MODE');
      expect(first.output).toContain(dataDir);
      expect(first.output).toContain('0001-accounts-and-sessions');
      const password = shownPassword(first.output)!;
      expect(password.replaceAll('-', '')).toMatch(/^[0-9a-f]{40}$/);
      expect(await signIn(origin, ADMIN, password)).toBe('LoginSuccess');
      const input = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
      const { register } = (await new GraphqlClient(origin).send(RegisterDocument, { input })).data;
      expect(register.__typename).toBe('RegisterSuccess');
      const { keys } = (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as { keys: object[] };
      const postgres = (await embeddedServerPid(dataDir))!;

      expect(await first.stop()).toMatchObject({ code: 0 });
      expect(isAlive(postgres)).toBe(false);
      expect(first.output.split(password)).toHaveLength(2); // shown once

      const second = runSignet(['start'], { env });
      const again = await second.origin();
      expect(await signIn(again, ADMIN, password)).toBe('LoginSuccess');
      expect(await signIn(again, 'ada@example.com', PASSWORD)).toBe('LoginSuccess');
      expect(await (await fetch(`${again}/.well-known/jwks.json`)).json()).toEqual({ keys });
      expect(await second.stop()).toMatchObject({ code: 0 });
      expect(shownPassword(second.output)).toBeUndefined();
      expect(second.output).not.toContain('Administrator made');
    },
    SLOW_TEST_MS,
  );

  it('keeps database and secret where only their owner can read them, and opens no port to the database', async () => {
    const dataDir = await emptyFolder();
    const signet = runSignet(['start'], {
      env: { SIGNET_DATA_DIR: join(dataDir, 'data'), SIGNET_PORT: '0' },
    });
    await signet.origin();
    expect((await stat(join(dataDir, 'data'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'data', 'secret'))).mode & 0o777).toBe(0o600);
    const pidFile = (await readFile(join(dataDir, 'data', 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
    expect(pidFile[5]).toBe(''); // the first listen address
    const secret = (await readFile(join(dataDir, 'data', 'secret'), 'utf8')).trim();
    await signet.stop();
    expect(signet.output).not.toContain(secret);
  });

  it('takes SIGNET_ADMIN_EMAIL and SIGNET_ADMIN_PASSWORD, and prints neither password nor a new one', async () => {
    const env = {
      SIGNET_DATA_DIR: await emptyFolder(),
      SIGNET_PORT: '0',
      SIGNET_ADMIN_EMAIL: 'Root@Example.com',
      SIGNET_ADMIN_PASSWORD: PASSWORD,
    };
    const signet = runSignet(['start'], { env });
    expect(await signIn(await signet.origin(), 'root@example.com', PASSWORD)).toBe('LoginSuccess');
    await signet.stop();
    expect(signet.output).not.toContain(PASSWORD);
    expect(shownPassword(signet.output)).toBeUndefined();
  });
});

describe('two starts at once in one empty folder', () => {
  it(
    'make one database; the second fails on the port and does the first no harm',
    async () => {
      const dataDir = await emptyFolder();
      const probe = runSignet(['start'], { env: { SIGNET_DATA_DIR: await emptyFolder(), SIGNET_PORT: '0' } });
      const port = new URL(await probe.origin()).port;
      await probe.stop();

      const env = { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: port };
      const both = [runSignet(['start'], { env }), runSignet(['start'], { env })];
      const loser = await until('one of them has ended', () => both.find((signet) => !signet.isRunning));
      expect(await loser.ended).toMatchObject({
        code: 1,
        output: expect.stringContaining(`SIGNET_PORT: port ${port}`),
      });
      const winner = both.find((signet) => signet !== loser)!;
      const origin = await winner.origin();
      const password = shownPassword(loser.output) ?? shownPassword(winner.output)!;
      expect(await signIn(origin, ADMIN, password)).toBe('LoginSuccess');
      expect((await fetch(`${origin}/readyz`)).status).toBe(200);
      // Of two nodes that start on an empty database, one makes the key and one the administrator.
      const { keys } = (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as { keys: object[] };
      expect(keys).toHaveLength(4); // one for access tokens, and one for id tokens of each algorithm
      expect([shownPassword(loser.output), shownPassword(winner.output)].filter(Boolean)).toHaveLength(1);
      expect(await winner.stop()).toMatchObject({ code: 0 });
      expect(await embeddedServerPid(dataDir)).toBeNull();
    },
    SLOW_TEST_MS,
  );
});

describe('commands beside a running server', () => {
  it(
    'join its embedded database and leave it running',
    async () => {
      const dataDir = await emptyFolder();
      const env = { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: '0' };
      const server = runSignet(['start'], { env });
      const origin = await server.origin();
      const postgres = await embeddedServerPid(dataDir);
      const listed = await runSignet(['keys', 'list'], { env }).ended;
      expect(listed).toMatchObject({ code: 0, output: expect.stringContaining('active') });
      const user = ['user', 'create', '--email', 'bob@example.com', '--name', 'Bob', '--password-stdin'];
      expect(await runSignet(user, { env, input: `${PASSWORD}\n` }).ended).toMatchObject({ code: 0 });
      expect(await embeddedServerPid(dataDir)).toBe(postgres);
      expect(await signIn(origin, 'bob@example.com', PASSWORD)).toBe('LoginSuccess');
      await server.stop();
      expect(await embeddedServerPid(dataDir)).toBeNull();

      // Without a server a command starts the database itself, and stops it again.
      expect(await runSignet(['keys', 'list'], { env }).ended).toMatchObject({ code: 0 });
      expect(await embeddedServerPid(dataDir)).toBeNull();
    },
    SLOW_TEST_MS,
  );
});

/** Closes what the pools hold in an embedded database, as ten idle seconds do; says who is still connected. */
async function emptyPools(dataDir: string): Promise<string[]> {
  const socketDir = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[4]!;
  const client = new pg.Client({ host: socketDir, user: 'signet', database: 'postgres' });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'signet'`,
  );
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT application_name FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  );
  await client.end();
  return rows.map((row) => row.application_name);
}

it(
  'a server that has been idle keeps its embedded database when a command beside it ends',
  async () => {
    const dataDir = await emptyFolder();
    const env = { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: '0' };
    const server = runSignet(['start'], { env });
    const origin = await server.origin();
    const postgres = await embeddedServerPid(dataDir);
    // A job of the server may fill its pool at any moment and so protect it by chance, but not each time.
    for (let round = 0; round < 3; round += 1) {
      const left = await emptyPools(dataDir);
      expect(await runSignet(['keys', 'list'], { env }).ended).toMatchObject({ code: 0 });
      expect(await embeddedServerPid(dataDir)).toBe(postgres);
      expect(left).toEqual(['signet-holder']);
    }
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(await embeddedServerPid(dataDir)).toBeNull();
  },
  SLOW_TEST_MS,
);

describe('with DATABASE_URL', () => {
  it(
    'starts no PostgreSQL of its own, and seeds nobody unless SIGNET_ADMIN_EMAIL says whom',
    async () => {
      const database = await createDatabase({ empty: true });
      const folder = await emptyFolder();
      await mkdir(join(folder, 'cwd'));
      const env = testEnvironment(database.url, {
        SIGNET_DATA_DIR: join(folder, 'data'),
        SIGNET_LOG_LEVEL: 'info',
      });
      const signet = runSignet(['start'], { env, cwd: join(folder, 'cwd') });
      await signet.origin();
      expect(signet.output).not.toMatch(/Administrator made|DEVELOPMENT MODE/);
      await signet.stop();
      await expect(stat(join(folder, 'data'))).rejects.toThrow('ENOENT');

      const seeded = runSignet(['start'], { env: { ...env, SIGNET_ADMIN_EMAIL: 'root@example.com' } });
      const origin = await seeded.origin();
      expect(await signIn(origin, 'root@example.com', shownPassword(seeded.output)!)).toBe('LoginSuccess');
      await seeded.stop();
      await database.drop();
    },
    SLOW_TEST_MS,
  );
});
