import { createCheckAppendOnly } from '../../../src/domain/audit/index.js';
import { DeleteUserDocument } from '../../support/operations.js';
import { superuserUrl } from '../../support/postgres.js';
import { SLOW_TEST_MS, endProcesses, runSignet } from '../../support/run-signet.js';
import { startTestApp, testEnvironment, type TestApp } from '../../support/test-app.js';

/** PostgreSQL's insufficient_privilege. */
const DENIED = expect.objectContaining({ code: '42501' });

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
});
afterEach(async () => {
  await endProcesses();
  await app.close();
});

const trail = () => app.sql<{ id: string; ip_address: string }>('SELECT * FROM audit_events ORDER BY id');

describe('AU-1: the role that Signet works as', () => {
  const columns = [
    ...['id', 'occurred_at', 'type', 'actor_id', 'user_id', 'session_id', 'request_id', 'details'],
    ...['subject_kind', 'subject_name', '"before"', '"after"'],
  ];
  it.each([
    ...columns.map((column) => `UPDATE audit_events SET ${column} = NULL`),
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    `INSERT INTO audit_events SELECT * FROM audit_events ON CONFLICT (id) DO UPDATE SET type = 'user.created'`,
    `MERGE INTO audit_events USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE`,
    'WITH gone AS (DELETE FROM audit_events RETURNING id) SELECT id FROM gone',
  ])('is refused %s', async (statement) => {
    const ada = await app.given.user();
    const before = await trail();
    expect(before.length).toBeGreaterThan(0);
    await expect(app.sql(statement)).rejects.toEqual(DENIED);
    expect(await trail()).toEqual(before);
    await app.given.login(ada);
    expect((await trail()).length).toBe(before.length + 1);
  });

  it('takes addresses out of the trail when an account is deleted (GD-2), and nothing else', async () => {
    const ada = await app.given.user();
    const admin = await app.given.administrator();
    const before = await trail();
    await app.client.send(DeleteUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken });
    const after = await trail();
    const hers = await app.sql('SELECT * FROM audit_events WHERE actor_id = $1', [ada.id]);
    expect(hers.length).toBeGreaterThan(0);
    for (const event of hers) expect(event).toMatchObject({ ip_address: null, user_agent: null });
    const withoutPlaces = (events: object[]) =>
      events.map((event) => ({ ...event, ip_address: null, user_agent: null }));
    expect(withoutPlaces(after.slice(0, before.length))).toEqual(withoutPlaces(before));
  });
});

describe('a role that could change the trail', () => {
  const isAppendOnly = () => createCheckAppendOnly(app.identity)();

  it('is told apart by any privilege too many', async () => {
    expect(await isAppendOnly()).toBe(true);
    for (const privilege of ['DELETE', 'TRUNCATE', 'UPDATE', 'UPDATE (details)']) {
      await app.sql(`GRANT ${privilege} ON audit_events TO CURRENT_USER`);
      expect(await isAppendOnly()).toBe(false);
      await app.sql(`REVOKE ${privilege} ON audit_events FROM CURRENT_USER`);
      await app.sql('GRANT UPDATE (ip_address, user_agent) ON audit_events TO CURRENT_USER');
      expect(await isAppendOnly()).toBe(true);
    }
  });

  it(
    'is warned of at the start of the server, and only then',
    async () => {
      const name = new URL(app.databaseUrl).pathname.slice(1);
      for (const [url, times] of [
        [superuserUrl(name), 1],
        [app.databaseUrl, 0],
      ] as const) {
        const signet = runSignet(['start'], { env: testEnvironment(url, { SIGNET_LOG_LEVEL: 'info' }) });
        await signet.origin();
        await signet.stop();
        expect(signet.output.match(/"event":"audit\.not-append-only"/g) ?? []).toHaveLength(times);
      }
    },
    SLOW_TEST_MS,
  );
});
