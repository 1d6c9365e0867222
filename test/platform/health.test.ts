import { createDatabase } from '../support/postgres.js';
import { proxyTo } from '../support/proxy.js';
import { until } from '../support/run-signet.js';
import { startTestApp } from '../support/test-app.js';

async function readiness(origin: string) {
  const response = await fetch(`${origin}/readyz`);
  return { status: response.status, body: (await response.json()) as unknown };
}

describe('/readyz', () => {
  it('says 503 while the database is away, and 200 again when it is back; /healthz stays 200', async () => {
    const database = await createDatabase();
    const proxy = await proxyTo(database.url);
    const app = await startTestApp({}, proxy.url);
    const checks = { database: 'ok', migrations: 'ok', keys: 'ok' };
    expect(await readiness(app.origin)).toEqual({ status: 200, body: { status: 'ok', checks } });

    proxy.cut();
    expect(await readiness(app.origin)).toEqual({
      status: 503,
      body: { status: 'unavailable', checks: { database: 'failed', migrations: 'failed', keys: 'ok' } },
    });
    expect((await fetch(`${app.origin}/healthz`)).status).toBe(200);
    const answer = await app.client.send(
      'mutation { login(input: { email: "a@example.com", password: "x" }) { __typename } }',
    );
    expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(JSON.stringify(answer.body)).not.toMatch(/ECONN|127\.0\.0\.1|postgres|terminated/i);

    proxy.mend();
    await until('the node is ready again', async () => (await readiness(app.origin)).status === 200);
    const ada = await app.given.user();
    expect(ada.accessToken).toBeTruthy();
    await app.close();
    await proxy.close();
    await database.drop();
  });

  it('says which check failed and nothing of why: the reason is in the log', async () => {
    const app = await startTestApp();
    await app.sql(`DELETE FROM signet_migrations`);
    expect(await readiness(app.origin)).toEqual({
      status: 503,
      body: { status: 'unavailable', checks: { database: 'ok', migrations: 'failed', keys: 'ok' } },
    });
    expect(
      app.log.some((line) => line.includes('"readiness.failed"') && line.includes('PendingMigrationsError')),
    ).toBe(true);
    await app.close();
  });

  it('says 503 without a signing key', async () => {
    const app = await startTestApp();
    await app.sql('DELETE FROM signing_keys');
    await app.identity.keyRing.load();
    expect(await readiness(app.origin)).toMatchObject({ status: 503, body: { checks: { keys: 'failed' } } });
    await app.close();
  });
});
