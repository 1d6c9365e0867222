import type { Person } from '../support/given.js';
import type { Answer } from '../support/client.js';
import { LoginDocument, LogoutDocument, RefreshDocument } from '../support/operations.js';
import { expectAccepted, expectRefused } from '../support/forge.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

const NAME = '__Host-signet-refresh';
const SHOP = 'https://shop.example.com';
let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_ALLOWED_ORIGINS: SHOP });
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(() => app.close());

/** Signs in with the refresh token in a cookie. */
async function signIn(headers: Record<string, string> = {}) {
  const input = { email: ada.email, password: ada.password, tokenDelivery: 'COOKIE' as const };
  const answer = await app.client.send(LoginDocument, { input }, { headers });
  const { login } = answer.data;
  if (login.__typename !== 'LoginSuccess') throw new Error(login.__typename);
  return { answer, tokens: login.tokens, sessionId: login.session.id, cookie: cookieOf(answer)! };
}

/** `name=value` of the cookie that an answer sets. */
function cookieOf(answer: Answer<unknown>): string | undefined {
  const [cookie, ...more] = answer.headers.getSetCookie();
  expect(more).toEqual([]);
  return cookie?.split(';')[0];
}

const refresh = (headers: Record<string, string>, input = {}) =>
  app.client.send(RefreshDocument, { input }, { headers });

async function isAlive(sessionId: string): Promise<boolean> {
  const rows = await app.sql('SELECT 1 FROM sessions WHERE id = $1 AND ended_at IS NULL', [sessionId]);
  return rows.length === 1;
}

describe('the refresh cookie (SE-3)', () => {
  it('has every attribute that keeps it from scripts, other sites and plain HTTP', async () => {
    const { answer, tokens, cookie } = await signIn();
    expect(tokens.refreshToken).toBeNull();
    expect(JSON.stringify(answer.body)).not.toContain(cookie.split('=')[1]);
    const [pair, ...attributes] = answer.headers.getSetCookie()[0]!.split('; ');
    expect(pair).toMatch(new RegExp(`^${NAME}=[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
    expect(attributes.toSorted()).toEqual([
      expect.stringMatching(/^Expires=/),
      'HttpOnly',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    const expires = new Date(
      attributes.find((text) => text.startsWith('Expires='))!.slice('Expires='.length),
    );
    expect(Math.abs(expires.getTime() - Date.parse(tokens.refreshTokenExpiresAt))).toBeLessThan(1000);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is not set by a sign-in that does not ask for it', async () => {
    const input = { email: ada.email, password: ada.password };
    const answer = await app.client.send(LoginDocument, { input });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('is set by registration too', async () => {
    const input = { email: app.given.email(), password: ada.password, name: 'New', tokenDelivery: 'COOKIE' };
    const answer = await app.client.send(
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { tokens { refreshToken } } } }',
      { input },
    );
    expect(answer.data).toEqual({ register: { tokens: { refreshToken: null } } });
    expect(cookieOf(answer)).toMatch(/^__Host-/);
  });

  it('is rotated by refresh, and the successor goes into the cookie alone', async () => {
    const { cookie, sessionId } = await signIn();
    const answer = await refresh({ cookie });
    if (answer.data.refresh.__typename !== 'RefreshSuccess') throw new Error(answer.data.refresh.__typename);
    expect(answer.data.refresh.tokens.refreshToken).toBeNull();
    expect(answer.data.refresh.session.id).toBe(sessionId);
    const next = cookieOf(answer)!;
    expect(next).not.toBe(cookie);
    expect((await refresh({ cookie: next })).data.refresh.__typename).toBe('RefreshSuccess');
  });

  it('is cleared by logout, which ends its session', async () => {
    const { cookie, sessionId, tokens } = await signIn();
    const answer = await app.client.send(LogoutDocument, {}, { headers: { cookie } });
    expect(answer.data.logout.__typename).toBe('LogoutSuccess');
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-signet-refresh=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(await isAlive(sessionId)).toBe(false);
    await expectRefused(app, tokens.accessToken);
    const after = await refresh({ cookie });
    expect(after.data.refresh.__typename).toBe('InvalidRefreshToken');
    expect(cookieOf(after)).toBe(`${NAME}=`);
  });

  it('is cleared when it is forged or stolen', async () => {
    const forged = await refresh({ cookie: `${NAME}=forged` });
    expect(forged.data.refresh.__typename).toBe('InvalidRefreshToken');
    expect(cookieOf(forged)).toBe(`${NAME}=`);
    const { cookie } = await signIn();
    const next = cookieOf(await refresh({ cookie }))!;
    await refresh({ cookie: next });
    const reused = await refresh({ cookie });
    expect(reused.data.refresh.__typename).toBe('RefreshTokenReused');
    expect(cookieOf(reused)).toBe(`${NAME}=`);
  });

  it('is not read under a name that a sibling site could plant', async () => {
    const { cookie } = await signIn();
    const value = cookie.split('=')[1]!;
    for (const name of [
      'signet-refresh',
      '__Secure-signet-refresh',
      '__host-signet-refresh',
      `x${NAME}`,
      'refresh',
    ])
      expect((await refresh({ cookie: `${name}=${value}` })).data.refresh.__typename).toBe(
        'InvalidRefreshToken',
      );
  });
});

describe('the refresh cookie in a request of another site (CS-2)', () => {
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${SHOP}.evil.example` },
    { origin: `${SHOP}:8443` },
    { origin: SHOP.replace('https', 'http') },
    { origin: `${SHOP}/` },
    { origin: SHOP.toUpperCase() },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { origin: 'https://evil.example', host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    { origin: 'https://evil.example', referer: `${TEST_ISSUER}/` },
    { 'sec-fetch-site': 'cross-site' },
  ];

  it.each(foreign)('is refused by refresh, logout and sign-in: %j', async (headers) => {
    const { cookie, sessionId } = await signIn();
    const input = { email: ada.email, password: ada.password, tokenDelivery: 'COOKIE' as const };
    const answers = [
      await refresh({ ...headers, cookie }),
      await app.client.send(LogoutDocument, {}, { headers: { ...headers, cookie } }),
      await app.client.send(LoginDocument, { input }, { headers }),
    ];
    for (const answer of answers) {
      expect(answer.codes).toEqual(['FORBIDDEN']);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(await isAlive(sessionId)).toBe(true);
    // It was not used up either.
    expect((await refresh({ cookie })).data.refresh.__typename).toBe('RefreshSuccess');
  });

  const own: Record<string, string>[] = [
    { origin: SHOP },
    { origin: TEST_ISSUER },
    { origin: SHOP, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
    {},
  ];

  it.each(own)('works for pages of our own: %j', async (headers) => {
    const { cookie } = await signIn(headers);
    const answer = await refresh({ ...headers, cookie });
    expect(answer.data.refresh.__typename).toBe('RefreshSuccess');
    expect(answer.headers.get('access-control-allow-origin')).toBe(headers['origin'] ?? null);
  });
});

describe('cross-origin answers (MD-4)', () => {
  const preflight = (origin: string) =>
    fetch(`${app.origin}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });

  it('let pages of allowed origins in, by name and with credentials', async () => {
    const answer = await preflight(SHOP);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type/);
    expect(answer.headers.get('vary')).toMatch(/origin/i);
  });

  it.each([
    'https://evil.example',
    'null',
    `${SHOP}.evil.example`,
    'http://shop.example.com',
    `https://x.${SHOP.slice(8)}`,
  ])('keep pages of %s out', async (origin) => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await app.client.send('{ viewer { id } }', {}, { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('vary')).toMatch(/origin/i);
  });
});

describe('the refresh cookie beside other proofs (CS-4)', () => {
  it('is no identity for viewer', async () => {
    const { cookie } = await signIn();
    const answer = await app.client.send('{ viewer { id } }', {}, { headers: { cookie } });
    expect(answer.body).toEqual({ data: { viewer: null } });
    const bad = await app.client.send('{ viewer { id } }', {}, { headers: { cookie }, token: 'bad' });
    expect(bad.codes).toEqual(['UNAUTHENTICATED']);
  });

  it('gives way to a refresh token in the body: refresh', async () => {
    const { cookie, sessionId } = await signIn();
    const answer = await refresh({ cookie }, { refreshToken: ada.refreshToken });
    if (answer.data.refresh.__typename !== 'RefreshSuccess') throw new Error(answer.data.refresh.__typename);
    expect(answer.data.refresh.session.id).toBe(ada.sessionId);
    expect(answer.data.refresh.tokens.refreshToken).toEqual(expect.any(String));
    expect(answer.headers.getSetCookie()).toEqual([]);
    const bad = await refresh({ cookie }, { refreshToken: 'bad' });
    expect(bad.data.refresh.__typename).toBe('InvalidRefreshToken');
    expect(await isAlive(sessionId)).toBe(true);
  });

  it('gives way to a refresh token in the body: logout', async () => {
    const { cookie, sessionId } = await signIn();
    const answer = await app.client.send(
      LogoutDocument,
      { input: { refreshToken: ada.refreshToken } },
      { headers: { cookie } },
    );
    expect(answer.data.logout.__typename).toBe('LogoutSuccess');
    expect(await isAlive(ada.sessionId)).toBe(false);
    expect(await isAlive(sessionId)).toBe(true);
  });

  it('gives way to a valid access token in logout, and is not mixed with it', async () => {
    const { cookie, sessionId } = await signIn();
    const other = await app.given.login(ada);
    const answer = await app.client.send(
      LogoutDocument,
      {},
      { headers: { cookie }, token: other.accessToken },
    );
    expect(answer.data.logout.__typename).toBe('LogoutSuccess');
    expect(await isAlive(other.sessionId)).toBe(false);
    expect(await isAlive(sessionId)).toBe(true);
    expect(answer.headers.get('set-cookie')).toBeNull(); // the living session keeps its cookie
  });

  it('is cleared by a logout that names its own session by access token', async () => {
    const { cookie, sessionId, tokens } = await signIn();
    const answer = await app.client.send(
      LogoutDocument,
      {},
      { headers: { cookie }, token: tokens.accessToken },
    );
    expect(await isAlive(sessionId)).toBe(false);
    expect(answer.headers.get('set-cookie')).toContain('__Host-signet-refresh=;');
  });

  it('stands in for an expired access token in logout, and is refreshed beside one', async () => {
    const { cookie, sessionId, tokens } = await signIn();
    app.clock.advance(301);
    const refreshed = await app.client.send(
      RefreshDocument,
      {},
      { headers: { cookie }, token: tokens.accessToken },
    );
    expect(refreshed.data.refresh.__typename).toBe('RefreshSuccess');
    const headers = { cookie: cookieOf(refreshed)! };
    const answer = await app.client.send(LogoutDocument, {}, { headers, token: tokens.accessToken });
    expect(answer.data.logout.__typename).toBe('LogoutSuccess');
    expect(await isAlive(sessionId)).toBe(false);
  });

  it('is what refresh uses when the header has somebody else’s access token: the header is ignored', async () => {
    const { cookie, sessionId } = await signIn();
    const grace = await app.given.user();
    const answer = await app.client.send(
      RefreshDocument,
      {},
      { headers: { cookie }, token: grace.accessToken },
    );
    if (answer.data.refresh.__typename !== 'RefreshSuccess') throw new Error(answer.data.refresh.__typename);
    expect(answer.data.refresh.session.id).toBe(sessionId);
    expect(answer.data.refresh.user.id).toBe(ada.id);
    await expectAccepted(app, grace.accessToken, grace);
  });
});
