import { request as httpRequest } from 'node:http';
import { LoginDocument, RefreshDocument } from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
afterEach(() => app.close());

async function metrics(): Promise<string> {
  const response = await fetch(`${app.origin}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return response.text();
}

describe('/metrics', () => {
  it('counts how use cases ended', async () => {
    app = await startTestApp();
    const ada = await app.given.user();
    await app.given.login(ada);
    await app.client.send(LoginDocument, { input: { email: ada.email, password: 'wrong' } });
    await app.client.send(LoginDocument, { input: { email: ada.email, password: 'wrong again' } });
    await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    const text = await metrics();
    for (const line of [
      'signet_outcomes_total{use_case="register",outcome="registered"} 1',
      'signet_outcomes_total{use_case="login",outcome="loggedIn"} 1',
      'signet_outcomes_total{use_case="login",outcome="invalidCredentials"} 2',
      'signet_outcomes_total{use_case="refresh",outcome="refreshed"} 1',
      'signet_hash_queue_depth 0',
    ])
      expect(text).toContain(`${line}\n`);
    expect(text).toMatch(/^signet_database_connections [1-9]\d*$/m);
    expect(text).toMatch(
      /^signet_http_request_seconds_count\{method="POST",route="\/graphql",status="200"\} 5$/m,
    );
  });

  it('shows the logins that wait to be hashed', async () => {
    app = await startTestApp({ SIGNET_HASH_CONCURRENCY: '1' });
    const logins = Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        app.client.send(LoginDocument, { input: { email: `nobody-${n}@example.com`, password: 'x' } }),
      ),
    );
    let deepest = 0;
    let done = false;
    void logins.finally(() => (done = true));
    while (!done)
      deepest = Math.max(deepest, Number(/^signet_hash_queue_depth (\d+)$/m.exec(await metrics())![1]));
    expect(deepest).toBeGreaterThan(0);
    await logins;
  });

  it('takes no label from a request', async () => {
    app = await startTestApp();
    await fetch(`${app.origin}/strange-path-1?token=strange-query`);
    await fetch(`${app.origin}/graphql?query=strange-query`, {
      headers: { 'x-request-id': 'strange-request-id' },
    });
    await app.client.send(
      'query StrangeOperation { viewer { id } }',
      {},
      { headers: { 'user-agent': 'strange-agent' } },
    );
    await new Promise<void>((done, fail) => {
      const request = httpRequest(`${app.origin}/strange-path-2`, { method: 'PURGE' }, (response) =>
        response.resume().on('end', done),
      );
      request.on('error', fail).end();
    });
    const text = await metrics();
    expect(text.toLowerCase()).not.toContain('strange');
    expect(text).toContain('route="unknown",status="404"');
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map((match) => match[1]));
    for (const label of labels)
      expect([
        'le',
        'method',
        'route',
        'status',
        'use_case',
        'outcome',
        'space',
        'kind',
        'type',
        'version',
        'major',
        'minor',
        'patch',
        'quantile',
      ]).toContain(label);
  });

  it('asks for SIGNET_METRICS_TOKEN when it is set', async () => {
    app = await startTestApp({ SIGNET_METRICS_TOKEN: 'a token for the collector' });
    const ask = (authorization?: string) =>
      fetch(`${app.origin}/metrics`, authorization ? { headers: { authorization } } : {});
    for (const wrong of [
      undefined,
      'Bearer wrong',
      'a token for the collector',
      'Basic a token for the collector',
      'Bearer a token for the collector and more',
    ])
      expect({ wrong, status: (await ask(wrong)).status }).toEqual({ wrong, status: 401 });
    expect((await ask('Bearer a token for the collector')).status).toBe(200);
    expect(await (await ask()).text()).not.toContain('signet_');
  });
});
