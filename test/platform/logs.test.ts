import { createLogger } from '../../src/platform/logger.js';
import { LoginDocument, RefreshDocument } from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const entries = () => app.log.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('request logs', () => {
  it('are one JSON object a line, with the id that the answer carries', async () => {
    const response = await fetch(`${app.origin}/.well-known/jwks.json`);
    const id = response.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(entries().find((entry) => entry['reqId'] === id)).toMatchObject({
      level: 'info',
      event: 'http.request',
      method: 'GET',
      route: '/.well-known/jwks.json',
      status: 200,
      ip: '127.0.0.1',
    });
    for (const line of app.log) expect(line).toMatch(/^\{.*\}\n$/);
  });

  it('keep the id that a proxy gave, and none that could forge a line', async () => {
    const idFor = async (given: string) =>
      (await fetch(`${app.origin}/healthz`, { headers: { 'x-request-id': given } })).headers.get(
        'x-request-id',
      );
    expect(await idFor('trace-0123456789')).toBe('trace-0123456789');
    for (const strange of ['short', 'with space in it', '{"level":"error"}', 'x'.repeat(129)])
      expect(await idFor(strange)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('never hold a URL with its query, whether or not there is something at the address', async () => {
    const urls = ['/nothing', '/graphql', '/readyz', '/.well-known/jwks.json', '/graphql/%zz', '//evil'];
    for (const url of urls) await fetch(`${app.origin}${url}?code=a-secret-in-a-query`);
    expect(entries().filter((entry) => entry['route'] === 'unknown').length).toBeGreaterThan(0);
    expect(app.log.join('')).not.toContain('a-secret-in-a-query');
  });

  it('hold no password, token or address, also when a request fails', async () => {
    const ada = await app.given.user({ password: 'eleven red bicycles hum' });
    await app.given.login(ada);
    await app.client.send(LoginDocument, {
      input: { email: ada.email, password: 'eleven blue bicycles hum' },
    });
    await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    await app.client.send(
      'mutation { login(input: { email: 7, password: "eleven red bicycles hum" }) { __typename } }',
    );
    // A row that the database refuses: its error quotes values of the row.
    await app.sql('ALTER TABLE user_emails ADD CONSTRAINT nobody CHECK (false) NOT VALID');
    const email = app.given.email();
    const register = 'mutation ($i: RegisterInput!) { register(input: $i) { __typename } }';
    const input = { email, password: ada.password, name: 'Ada Confidential' };
    expect((await app.client.send(register, { i: input })).codes).toEqual(['INTERNAL_SERVER_ERROR']);
    await app.sql('ALTER TABLE user_emails DROP CONSTRAINT nobody');
    expect(entries().some((entry) => entry['level'] === 'error')).toBe(true);
    const log = app.log.join('');
    for (const secret of [
      ada.password,
      'eleven blue',
      ada.email,
      email,
      'Ada Confidential',
      ada.accessToken,
      ada.refreshToken,
    ])
      expect(log).not.toContain(secret);
    expect(log).not.toContain('$argon2id$');
  });
});

it('redacts what has the name of a secret, on its own and one level down', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  const names = ['password', 'token', 'accessToken', 'refreshToken', 'secret', 'email'];
  for (const name of names) {
    logger.info({ [name]: 'do-not-print' }, 'on its own');
    logger.info({ input: { [name]: 'do-not-print' } }, 'one level down');
  }
  const headers = { authorization: 'do-not-print', cookie: 'do-not-print' };
  logger.info({ headers, req: { headers }, res: { headers: { 'set-cookie': 'do-not-print' } } }, 'headers');
  expect(lines).toHaveLength(names.length * 2 + 1);
  expect(lines.join('')).not.toContain('do-not-print');
  expect(lines.every((line) => line.includes('[redacted]'))).toBe(true);
});
