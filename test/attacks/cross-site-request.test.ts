import type { Person } from '../support/given.js';
import { sendRaw } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  ada = await app.given.user();
});
afterAll(() => app.close());

const login = () =>
  JSON.stringify({
    query: `mutation { login(input: { email: "${ada.email}", password: "${ada.password}" }) { __typename } }`,
  });

async function sessions(): Promise<number> {
  const [row] = await app.sql<{ count: number }>(
    'SELECT count(*)::int AS count FROM sessions WHERE user_id = $1',
    [ada.id],
  );
  return row!.count;
}

/** Nothing ran, whatever the status was. */
async function expectRefused(response: Response, statuses: number[]): Promise<void> {
  expect(statuses).toContain(response.status);
  const text = await response.text();
  expect(text).toMatch(/"errors"/);
  expect(text).not.toContain('"data"');
  expect(await sessions()).toBe(1);
}

describe('requests that a page of another site can send without asking first (CS-1)', () => {
  it.each([
    'text/plain',
    'text/plain; charset=utf-8',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'application/octet-stream',
    'application/graphql',
    'text/xml',
    '',
  ])('are refused with the content type "%s"', async (type) => {
    const response = await fetch(`${app.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: login(),
    });
    await expectRefused(response, [400, 415]);
  });

  it('are refused without a content type', async () => {
    const answer = await sendRaw(app.origin, { path: '/graphql', body: login() });
    expect([400, 415]).toContain(answer.status);
    expect(await sessions()).toBe(1);
  });

  it('are refused as an upload in several parts, also with the header that proves a preflight (GQ-6)', async () => {
    const form = new FormData();
    form.append('operations', login());
    form.append('map', '{}');
    const headers = { 'apollo-require-preflight': 'true' };
    await expectRefused(
      await fetch(`${app.origin}/graphql`, { method: 'POST', headers, body: form }),
      [400, 415],
    );
  });

  it('are refused as a GET without a header that needs a preflight', async () => {
    const query = encodeURIComponent('{ viewer { id } }');
    await expectRefused(await fetch(`${app.origin}/graphql?query=${query}`), [400]);
    const headers = { 'apollo-require-preflight': 'true' };
    expect(await (await fetch(`${app.origin}/graphql?query=${query}`, { headers })).json()).toEqual({
      data: { viewer: null },
    });
  });

  it('are refused as a mutation by GET, HEAD, PUT and the like, whatever the headers', async () => {
    const { query } = JSON.parse(login()) as { query: string };
    const url = `${app.origin}/graphql?query=${encodeURIComponent(query)}`;
    const headers = { 'apollo-require-preflight': 'true', 'content-type': 'application/json' };
    const response = await fetch(url, { headers });
    expect(response.headers.get('allow')).toBe('POST');
    await expectRefused(response, [405]);
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      await expectRefused(await fetch(url, { method, headers, body: login() }), [404, 405]);
    expect((await fetch(url, { method: 'HEAD', headers })).ok).toBe(false);
    expect(await sessions()).toBe(1);
  });

  it('do not get around it by naming another method', async () => {
    const headers = {
      'x-http-method-override': 'POST',
      'x-method-override': 'POST',
      'apollo-require-preflight': 'true',
    };
    const { query } = JSON.parse(login()) as { query: string };
    await expectRefused(
      await fetch(`${app.origin}/graphql?_method=POST&query=${encodeURIComponent(query)}`, { headers }),
      [405],
    );
  });
});

describe('other spellings of the path (BF-8)', () => {
  const paths = [
    '//graphql',
    '/graphql/',
    '/graphql//',
    '/GraphQL',
    '/graphql%2f',
    '/%2fgraphql',
    '/./graphql',
    '/x/../graphql',
  ];
  const odd = [
    '/graphql;x=1',
    '/graphql%00',
    '/graphql%20',
    '/graphql.json',
    '/graphql\\',
    '/api/graphql',
    '/graphql/../graphql',
  ];

  it.each([...paths, ...odd])('%s is no second door', async (path) => {
    const headers = ['Content-Type', 'application/json'];
    const answer = await sendRaw(app.origin, { path, headers, body: login() });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain('LoginSuccess');
    expect(await sessions()).toBe(1);
  });

  it('an encoded letter leads to the same door with the same limits', async () => {
    const own = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_NETWORK: '2' });
    try {
      const headers = ['Content-Type', 'application/json'];
      const query =
        'mutation { login(input: { email: "a@example.com", password: "a wrong guess" }) { __typename } }';
      const body = JSON.stringify({ query });
      const answers: string[] = [];
      for (const path of ['/graphql', '/%67raphql', '/graphq%6c', '/graphql?x=1', '/graphql#x'])
        answers.push((await sendRaw(own.origin, { path, headers, body })).text);
      expect(answers.filter((text) => text.includes('InvalidCredentials')).length).toBeLessThanOrEqual(2);
      expect(answers.filter((text) => text.includes('TooManyAttempts')).length).toBeGreaterThanOrEqual(1);
    } finally {
      await own.close();
    }
  });
});
