import { createHash, randomUUID } from 'node:crypto';
import { decode } from '../support/forge.js';
import { ProofKey, type ProofWishes } from '../support/dpop.js';
import type { Person } from '../support/given.js';
import { givenClient, type ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

const AT_ONCE = 64;
const TOKEN = `${TEST_ISSUER}/oidc/token`;
const USERINFO = `${TEST_ISSUER}/oidc/userinfo`;

let app: TestApp;
let admin: Person;
let ada: Person;
let shop: ServiceClient;
let bank: ServiceClient;
let spa: ServiceClient;
const key = new ProofKey();
const other = new ProofKey();
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  ada = await app.given.user();
  shop = await givenClient(app, admin);
  bank = await givenClient(app, admin);
  spa = await givenClient(app, admin, { type: 'SPA' });
});
afterAll(() => app?.close());

const supergraph = () => ({ resource: app.identity.config.audience });
const dpop = async (wishes: ProofWishes = {}, by = key, url = TOKEN) => ({
  dpop: await by.proof('POST', url, wishes),
});

/** Tokens that are bound to a key. */
async function bound(client = spa, more: Record<string, string> = supergraph()) {
  const { status, body } = await client.redeem(await client.arrive(ada, more), {}, await dpop());
  expect([status, body['token_type']]).toEqual([200, 'DPoP']);
  return body as Record<string, string>;
}

describe('a proof that a client has its key (RFC 9449)', () => {
  const rejected: [string, () => Promise<{ dpop: string }>][] = [
    ['for another method', () => dpop({ claims: { htm: 'GET' } })],
    ['for another endpoint', () => dpop({}, key, USERINFO)],
    ['for another issuer', () => dpop({}, key, 'https://evil.example/oidc/token')],
    ['without an endpoint', () => dpop({ claims: { htu: undefined } })],
    ['without a time', () => dpop({ claims: { iat: undefined } })],
    ['without a number', () => dpop({ claims: { jti: undefined } })],
    ['of another type', () => dpop({ header: { typ: 'JWT' } })],
    ['with the private key in it', () => dpop({ header: { jwk: key.privateJwk } })],
    [
      'with another key in it',
      async () => dpop({ header: { jwk: keyOf(await other.proof('POST', TOKEN)) } }),
    ],
    ['without a key', () => dpop({ header: { jwk: undefined } })],
    ['without a signature', async () => unsigned(await key.proof('POST', TOKEN))],
    ['that is no JWT', () => Promise.resolve({ dpop: 'garbage' })],
  ];
  const keyOf = (proof: string) => decode(proof).header['jwk'];
  const unsigned = (proof: string) => {
    const { header, claims } = decode(proof);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return { dpop: `${part({ ...header, alg: 'none' })}.${part(claims)}.` };
  };

  it.each(rejected)('%s is refused (DP-1)', async (_what, make) => {
    const { status, body } = await spa.redeem(await spa.arrive(ada), {}, await make());
    expect([status, body['error']]).toEqual([400, 'invalid_dpop_proof']);
  });

  it('is for an address without its query and fragment (DP-1)', async () => {
    const proof = await dpop({}, key, `${TOKEN}?a=b#c`);
    expect((await spa.redeem(await spa.arrive(ada), {}, proof)).status).toBe(200);
  });

  it('is taken once, however many bring it at once (DP-1)', async () => {
    const headers = await dpop();
    const { refresh_token } = await bound();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => spa.refresh(refresh_token!, {}, headers)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await spa.refresh(refresh_token!, {}, headers)).status).toBe(400);
  });

  it('of one client does not use up the number of another (DP-5)', async () => {
    const jti = randomUUID();
    for (const client of [shop, bank]) {
      const proof = await dpop({ claims: { jti } });
      expect((await client.redeem(await client.arrive(ada), {}, proof)).status).toBe(200);
    }
    // The library hashes client and number run together: another split of the same letters is another place.
    const unique = (iss: string, id: string) =>
      app.identity.authorizations.artifacts.find(
        'ReplayDetection',
        `${iss} ${createHash('sha256').update(`${iss}${id}`).digest('base64url')}`,
      );
    expect(await unique(shop.clientId, jti)).not.toBeNull();
    expect(await unique(shop.clientId.slice(0, -1), `${shop.clientId.at(-1)}${jti}`)).toBeNull();
  });

  it('of a client whose clock is wrong is asked for with a nonce, and taken with it (DP-2)', async () => {
    const arrival = await spa.arrive(ada);
    const iat = Math.floor(Date.now() / 1000) - 3600;
    const challenged = await spa.redeem(arrival, {}, await dpop({ claims: { iat } }));
    expect([challenged.status, challenged.body['error']]).toEqual([400, 'use_dpop_nonce']);
    const nonce = challenged.headers.get('dpop-nonce')!;
    expect(nonce).toBeTruthy();
    const wrong = await spa.redeem(arrival, {}, await dpop({ claims: { iat, nonce: 'made up' } }));
    expect(wrong.body['error']).toBe('use_dpop_nonce');
    expect((await spa.redeem(arrival, {}, await dpop({ claims: { iat, nonce } }))).status).toBe(200);
  });
});

describe('a token that is bound to a key (DP-3)', () => {
  it('is refreshed with that key alone, by public and confidential clients', async () => {
    for (const client of [spa]) {
      const { refresh_token } = await bound(client);
      expect((await client.refresh(refresh_token!)).body['error']).toBe('invalid_grant');
      expect((await client.refresh(refresh_token!, {}, await dpop({}, other))).body['error']).toBe(
        'invalid_grant',
      );
      expect((await client.refresh(refresh_token!, {}, await dpop())).status).toBe(200);
    }
  });

  it('says so, and is worth nothing at the supergraph: neither alone nor with a proof', async () => {
    const { access_token: token } = await bound();
    expect(decode(token!).claims).toMatchObject({ cnf: { jkt: await key.thumbprint() } });
    const graphql = async (headers: Record<string, string>) => {
      const response = await fetch(`${app.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ viewer { id } }' }),
      });
      return (await response.json()) as { data?: { viewer: object | null } | null };
    };
    const proof = await key.proof('POST', `${TEST_ISSUER}/graphql`, { accessToken: token! });
    for (const authorization of [`Bearer ${token}`, `DPoP ${token}`])
      expect((await graphql({ authorization, dpop: proof })).data?.viewer ?? null).toBeNull();
    for (const authorization of [`Bearer ${token}`, `DPoP ${token}`])
      expect(
        (await fetch(`${app.origin}/permissions`, { headers: { authorization, dpop: proof } })).status,
      ).toBe(401);
  });

  it('is introspected with its key, and revoked', async () => {
    const { access_token: token } = await bound();
    expect((await shop.introspect(token!)).body).toMatchObject({
      active: true,
      token_type: 'DPoP',
      cnf: { jkt: await key.thumbprint() },
    });
    await spa.revoke(token!);
    expect((await shop.introspect(token!)).body).toEqual({ active: false });
  });

  it('opens userinfo with a proof for it, once, and not as a bearer token (DP-1)', async () => {
    const { access_token: token } = await bound(spa, {});
    const ask = (scheme: string, proof?: string) =>
      fetch(`${app.origin}/oidc/userinfo`, {
        headers: { authorization: `${scheme} ${token}`, ...(proof ? { dpop: proof } : {}) },
      });
    const make = (wishes: ProofWishes = { accessToken: token! }, by = key) =>
      by.proof('GET', USERINFO, wishes);
    const good = await make();
    expect((await ask('DPoP', good)).status).toBe(200);
    const again = await ask('DPoP', good);
    expect([again.status, await again.json()]).toMatchObject([401, { error: 'invalid_token' }]);
    expect((await ask('Bearer')).status).toBe(401);
    expect((await ask('Bearer', await make())).status).toBeGreaterThanOrEqual(400);
    expect((await ask('DPoP')).status).toBeGreaterThanOrEqual(400);
    expect((await ask('DPoP', await make({}))).status).toBeGreaterThanOrEqual(400);
    expect((await ask('DPoP', await make({ accessToken: 'another' }))).status).toBeGreaterThanOrEqual(400);
    expect((await ask('DPoP', await make({ accessToken: token! }, other))).status).toBe(401);
  });
});

it('a code that was asked for with a key is redeemed with that key (DP-4)', async () => {
  const dpop_jkt = await key.thumbprint();
  const asked = () => shop.arrive(ada, { dpop_jkt });
  expect((await shop.redeem(await asked())).body['error']).toBe('invalid_grant');
  expect((await shop.redeem(await asked(), {}, await dpop({}, other))).body['error']).toBe('invalid_grant');
  expect((await shop.redeem(await asked(), {}, await dpop())).status).toBe(200);
});
