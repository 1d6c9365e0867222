import { readdir } from 'node:fs/promises';
import { GraphqlClient } from '../support/client.js';
import { LoginDocument } from '../support/operations.js';
import { createDatabase, withAdminClient } from '../support/postgres.js';
import {
  SLOW_TEST_MS,
  embeddedServerPid,
  emptyFolder,
  endProcesses,
  runSignet,
  until,
  type SignetProcess,
} from '../support/run-signet.js';
import { testEnvironment } from '../support/test-app.js';

/** A hash takes a second or more: long enough to stop the process in the middle of one. */
const SLOW_HASH = { SIGNET_ARGON2_PASSES: '20', SIGNET_ARGON2_MEMORY_KIB: '131072' };
const ADMIN = { email: 'root@example.com', password: 'nine quiet lanterns drift' };
const SEED = { SIGNET_ADMIN_EMAIL: ADMIN.email, SIGNET_ADMIN_PASSWORD: ADMIN.password };

afterEach(endProcesses);

describe('a server with a login under way', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    await endProcesses();
    await database.drop();
  });

  async function startWithLogin(): Promise<{
    signet: SignetProcess;
    origin: string;
    login: ReturnType<typeof send>;
  }> {
    const env = testEnvironment(database.url, { ...SEED, ...SLOW_HASH, SIGNET_LOG_LEVEL: 'info' });
    const signet = runSignet(['start'], { env });
    const origin = await signet.origin();
    const login = send(origin);
    login.catch(() => undefined); // each test says what becomes of it
    // The attempt is charged just before the password is hashed.
    await until('the login is under way', () => count('throttle_buckets'));
    return { signet, origin, login };
  }

  const send = (origin: string) => new GraphqlClient(origin).send(LoginDocument, { input: ADMIN });

  async function count(table: string): Promise<number> {
    return withAdminClient(
      async (client) => (await client.query(`SELECT 1 FROM ${table}`)).rowCount!,
      database.name,
    );
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'answers it after %s, takes no new request, and exits with 0',
    async (signal) => {
      const { signet, origin, login } = await startWithLogin();
      signet.kill(signal);
      await signet.prints(/"event":"server\.stopping"/);
      const answer = await login;
      expect(answer.status).toBe(200);
      expect(answer.data.login.__typename).toBe('LoginSuccess');
      await expect(fetch(`${origin}/healthz`, { headers: { connection: 'close' } })).rejects.toThrow(
        'fetch failed',
      );
      const { code, output } = await signet.ended;
      expect(code).toBe(0);
      expect(output).toContain('"event":"server.stopped"');
      expect(await count('sessions')).toBe(1);
    },
    SLOW_TEST_MS,
  );

  it(
    'ends at once on a second signal, without the answer',
    async () => {
      const { signet, login } = await startWithLogin();
      signet.kill('SIGTERM');
      await signet.prints(/"event":"server\.stopping"/);
      signet.kill('SIGINT');
      const { code, output } = await signet.ended;
      expect(code).toBe(130);
      expect(output).not.toContain('"event":"server.stopped"');
      await expect(login).rejects.toThrow('fetch failed');
      expect(await count('sessions')).toBe(0);
    },
    SLOW_TEST_MS,
  );
});

describe('with the embedded PostgreSQL', () => {
  it('a signal in the middle of the first start stops everything that was started', async () => {
    const dataDir = await emptyFolder();
    const signet = runSignet(['start'], { env: { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: '0' } });
    await until('initdb works', async () =>
      (await readdir(dataDir)).some((name) => name.startsWith('postgres.partial-')),
    );
    signet.kill('SIGINT');
    expect(await signet.ended).toMatchObject({
      code: 0,
      output: expect.stringContaining('"event":"server.stopped"'),
    });
    expect(await embeddedServerPid(dataDir)).toBeNull();
  });
});
