import { sendBytes, sendRaw } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const body = JSON.stringify({ query: '{ viewer { id } }' });
const json = ['Content-Type', 'application/json'];

const idFor = async (headers: string[]) =>
  (await sendRaw(app.origin, { path: '/graphql', headers: [...json, ...headers], body })).headers[
    'x-request-id'
  ];

/** Lines of the log as objects; fails when one line is not exactly one JSON object. */
function logged(): Record<string, unknown>[] {
  return app.log.map((text) => {
    expect(text.trimEnd()).not.toContain('\n');
    return JSON.parse(text) as Record<string, unknown>;
  });
}

describe('the request id', () => {
  it('is new for every request, in the answer and in the log', async () => {
    const ids = [await idFor([]), await idFor([])];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids)
      expect(logged()).toContainEqual(expect.objectContaining({ event: 'http.request', reqId: id }));
  });

  it('of a proxy is kept when it is well-formed', async () => {
    for (const id of [
      '0123abcd',
      '3f0e3d4e-2c1a-4b0d-9f5e-6a7b8c9d0e1f',
      'Root.1-67891233_abcdef012345678912345678',
    ])
      expect(await idFor(['X-Request-Id', id])).toBe(id);
  });

  it('is replaced when it is hostile (AU-4)', async () => {
    const hostile = [
      '',
      'short',
      'x'.repeat(129),
      'a","level":"fatal","msg":"forged',
      '{"event":"login"}',
      '${jndi:ldap://127.0.0.1/a}',
      '<script>alert(1)</script>',
      'with spaces in it',
      'percent%0d%0aSet-Cookie:x=1',
      '../../etc/passwd',
      "x' OR '1'='1",
      'tab\tbed-in-here',
      'caf\u00e9-caf\u00e9-caf\u00e9',
    ];
    for (const id of hostile) {
      const given = await idFor(['X-Request-Id', id]);
      expect(given).toMatch(/^[0-9a-f-]{36}$/);
    }
    const twice = await idFor(['X-Request-Id', 'first-of-two', 'X-Request-Id', 'second-of-two']);
    expect(twice).toMatch(/^[0-9a-f-]{36}$/);
    const text = JSON.stringify(logged());
    for (const id of hostile.filter((id) => id.length > 8))
      expect(text).not.toContain(JSON.stringify(id).slice(1, -1));
  });

  it('with line breaks or escape sequences never gets as far as a log line of its own', async () => {
    const { host } = new URL(app.origin);
    for (const id of [
      'abcdefgh\r\nX-Evil: 1',
      'abcdefgh\n{"level":"fatal"}',
      'abcdefgh\u001b[31m',
      'abcdefgh\u0000',
    ]) {
      const answer = await sendBytes(
        app.origin,
        `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400)/);
      expect(answer).not.toContain('fatal');
      expect(answer).not.toContain('\u001b');
    }
    expect(logged().filter((line) => line['level'] === 'fatal')).toEqual([]);
    expect(app.log.join('')).not.toContain('\u001b');
  });

  it('stands with every refusal as well', async () => {
    for (const request of [
      { method: 'GET', path: '/nothing' },
      { method: 'POST', path: '/graphql', headers: json, body: '{' },
      { method: 'POST', path: '/graphql', headers: ['Content-Type', 'text/xml'], body: '<x/>' },
    ])
      expect((await sendRaw(app.origin, request)).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is the one that the audit trail has', async () => {
    const id = 'from-the-proxy-0001';
    const ada = await app.given.user();
    const login = {
      query: `mutation { login(input: { email: "${ada.email}", password: "${ada.password}" }) { __typename } }`,
    };
    await sendRaw(app.origin, {
      path: '/graphql',
      headers: [...json, 'X-Request-Id', id],
      body: JSON.stringify(login),
    });
    const rows = await app.sql<{ type: string }>('SELECT type FROM audit_events WHERE request_id = $1', [id]);
    expect(rows).toContainEqual({ type: 'session.started' });
  });
});
