import { createRemoteJWKSet, jwtVerify } from 'jose';
import { sendRaw } from '../support/raw-http.js';
import { decode } from '../support/forge.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const DOCUMENTS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
const JWKS = '/.well-known/jwks.json';
type Jwk = Record<string, string>;

const get = (path: string, headers: Record<string, string> = {}) => fetch(app.origin + path, { headers });
const keysOf = async (of: TestApp) =>
  ((await (await fetch(of.origin + JWKS)).json()) as { keys: Jwk[] }).keys;

describe('the discovery documents', () => {
  it('agree, and name the issuer that tokens name (MD-1)', async () => {
    const [first, second] = await Promise.all(DOCUMENTS.map(async (path) => (await get(path)).json()));
    expect(first).toEqual(second);
    const { iss } = decode((await app.given.user()).accessToken).claims;
    expect(first).toMatchObject({ issuer: iss, jwks_uri: `${TEST_ISSUER}${JWKS}` });
  });

  it.each([...DOCUMENTS, JWKS])('%s is the same whatever Host and proxy headers say (MD-3)', async (path) => {
    const honest = await (await get(path)).text();
    for (const name of [
      'Host',
      'X-Forwarded-Host',
      'X-Forwarded-Proto',
      'X-Forwarded-Port',
      'X-Forwarded-Prefix',
      'X-Original-Url',
      'X-Rewrite-Url',
      'X-Forwarded-For',
    ])
      for (const value of ['evil.example', 'https://evil.example/x', '1.2.3.4', '/nothing'])
        expect(await sendRaw(app.origin, { method: 'GET', path, headers: [name, value] })).toMatchObject({
          status: 200,
          text: honest,
        });
    const forwarded = await sendRaw(app.origin, {
      method: 'GET',
      path,
      headers: ['Forwarded', 'for=1.2.3.4;host=evil.example;proto=http'],
    });
    expect(forwarded.text).toBe(honest);
    expect(honest).not.toContain('evil');
  });

  it('name a trusted proxy’s host no more than anybody else’s', async () => {
    const behind = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
    try {
      const headers = [
        'X-Forwarded-Host',
        'evil.example',
        'X-Forwarded-Proto',
        'https',
        'Host',
        'evil.example',
      ];
      const answer = await sendRaw(behind.origin, { method: 'GET', path: DOCUMENTS[0]!, headers });
      expect(JSON.parse(answer.text)).toMatchObject({ issuer: TEST_ISSUER });
      expect(answer.text).not.toContain('evil');
    } finally {
      await behind.close();
    }
  });

  it.each([...DOCUMENTS, JWKS])(
    '%s may be read and kept by anybody for five minutes (KY-3, MD-4)',
    async (path) => {
      const answer = await get(path, { origin: 'https://anywhere.example' });
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(answer.headers.get('content-type')).toMatch(
        path === JWKS ? /^application\/jwk-set\+json/ : /^application\/json/,
      );
    },
  );

  it.each([...DOCUMENTS, JWKS])('%s is not sent again to who has it (KY-3)', async (path) => {
    const etag = (await get(path)).headers.get('etag')!;
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    // A proxy that compresses makes the tag a weak one (RFC 9110 §8.8.3, §13.1.2).
    for (const value of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(path, { 'if-none-match': value });
      expect([value, again.status, await again.text()]).toEqual([value, 304, '']);
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('cache-control')).toBe('public, max-age=300');
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('let nothing else be read by everybody (MD-4)', async () => {
    for (const path of ['/graphql', '/healthz', '/readyz', '/metrics', '/nothing']) {
      const answer = await get(path, { origin: 'https://anywhere.example' });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe.each([
  ['ES256', { kty: 'EC', crv: 'P-256' }, ['crv', 'kty', 'x', 'y']],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }, ['crv', 'kty', 'x']],
  ['RS256', { kty: 'RSA', e: 'AQAB' }, ['e', 'kty', 'n']],
])('with SIGNET_SIGNING_ALG=%s', (algorithm, kind, members) => {
  let own: TestApp;
  beforeAll(async () => {
    own = await startTestApp({ SIGNET_SIGNING_ALG: algorithm });
  });
  afterAll(() => own.close());

  it('the JWKS has public members only, and what verifiers need to choose (KY-1)', async () => {
    await own.identity.keys.rotateKeys();
    // Two for access tokens, and at the end one for id tokens of each algorithm.
    const keys = await keysOf(own);
    expect(keys.slice(2).map(({ alg }) => alg)).toEqual(['RS256', 'ES256', 'EdDSA']);
    for (const key of keys.slice(0, 2)) {
      expect(Object.keys(key).sort()).toEqual([...members, 'alg', 'kid', 'use'].sort());
      expect(key).toMatchObject({
        ...kind,
        alg: algorithm,
        use: 'sig',
        kid: expect.stringMatching(/^[\w-]{43}$/),
      });
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(5);
  });

  it('a stock verifier that knows only the address of the JWKS accepts its tokens, and no others', async () => {
    const jwks = createRemoteJWKSet(new URL(own.origin + JWKS));
    const ada = await own.given.user();
    const options = {
      issuer: TEST_ISSUER,
      audience: `${TEST_ISSUER}/graphql`,
      typ: 'at+jwt',
      algorithms: [algorithm],
      currentDate: own.clock.now(),
    };
    const { payload, protectedHeader } = await jwtVerify(ada.accessToken, jwks, options);
    expect(payload.sub).toBe(ada.id);
    expect(protectedHeader.alg).toBe(algorithm);
    expect((await own.client.send('{ viewer { id } }', {}, { token: ada.accessToken })).data).toEqual({
      viewer: { id: ada.id },
    });
    const stranger = await app.given.user();
    await expect(
      jwtVerify(stranger.accessToken, jwks, { ...options, algorithms: ['ES256', algorithm] }),
    ).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    expect((await own.client.send('{ viewer { id } }', {}, { token: stranger.accessToken })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
  });
});
