import { randomBytes } from 'node:crypto';
import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { givenClient, postForm, ServiceClient, worksAtGraphql } from '../support/service-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { travel } from '../support/travel.js';

const AT_ONCE = 64;
const GRANTS = {
  code: 'authorization_code',
  device: 'urn:ietf:params:oauth:grant-type:device_code',
};

let app: TestApp;
let other: TestApp;
let admin: Person;
let shop: ServiceClient;
let bank: ServiceClient;
let spa: ServiceClient;
let machine: ServiceClient;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  other = await startTestApp({}, app.databaseUrl);
  admin = await app.given.administrator();
  const redirectUris = ['https://shop.example.com/callback', 'https://shop.example.com/second'];
  shop = await givenClient(app, admin, { redirectUris });
  bank = await givenClient(app, admin, { authMethod: 'client_secret_post' });
  spa = await givenClient(app, admin, { type: 'SPA' });
  machine = await givenClient(app, admin, { type: 'MACHINE' });
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(async () => {
  await other?.close();
  await app?.close();
});

/** The same client, which asks the second node. */
const elsewhere = (client: ServiceClient) =>
  Object.assign(new ServiceClient(other, client.shown, client.secret), { verifier: client.verifier });

describe('a code', () => {
  it('is redeemed once on two nodes, and what it gave ends when it comes again (TK-2)', async () => {
    const arrival = await shop.arrive(ada, { resource: app.identity.config.audience });
    const nodes = [shop, elsewhere(shop)];
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => nodes[index % 2]!.redeem(arrival)),
    );
    const given = answers.filter(({ status }) => status === 200);
    expect(given).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body['error']))).toEqual(new Set([undefined, 'invalid_grant']));
    // Who came too late has told that somebody else has the code.
    expect((await shop.redeem(arrival)).body['error']).toBe('invalid_grant');
    expect((await shop.refresh(given[0]!.body['refresh_token'])).body['error']).toBe('invalid_grant');
    expect(await worksAtGraphql(app, given[0]!.body['access_token'])).toBe(false);
  });

  it('is good for a minute (TK-3)', async () => {
    const [soon, late] = [await shop.arrive(ada), await shop.arrive(ada)];
    const before = travel(app, 55);
    expect((await shop.redeem(soon)).status).toBe(200);
    before.back();
    const after = travel(app, 61);
    expect((await shop.redeem(late)).body['error']).toBe('invalid_grant');
    after.back();
  });

  const wrong: Record<string, () => [as: ServiceClient, more: Record<string, string>]> = {
    'another client': () => [bank, {}],
    'a public client': () => [spa, {}],
    'another address': () => [shop, { redirect_uri: shop.shown.redirectUris[1]! }],
    'no address': () => [shop, { redirect_uri: '' }],
    'another verifier': () => [shop, { code_verifier: randomBytes(32).toString('base64url') }],
    'no verifier': () => [shop, { code_verifier: '' }],
    'the challenge as verifier': () => [shop, { code_verifier: shop.challenge }],
  };
  it.each(Object.keys(wrong))(
    'is worth nothing with %s, alone or with another fault (TK-4, TK-5)',
    async (name) => {
      const first = wrong[name]!();
      const pairs = Object.values(wrong).map((make) => make());
      for (const [as, more] of [
        first,
        ...pairs.map(([as, more]) => [as === shop ? first[0] : as, { ...more, ...first[1] }] as const),
      ]) {
        const arrival = await shop.arrive(ada);
        const fields = { redirect_uri: shop.redirectUri, code_verifier: shop.verifier, ...more };
        const { status, body } = await as.redeem(arrival, fields);
        expect([status, body['access_token']]).toEqual([400, undefined]);
        expect(['invalid_grant', 'invalid_request']).toContain(body['error']);
      }
    },
  );

  it('has one answer for unknown, used, expired and those of others (TK-11)', async () => {
    const [used, theirs] = [await shop.arrive(ada), await bank.arrive(ada)];
    await shop.redeem(used);
    const unknown = new URL(`${shop.redirectUri}?code=${randomBytes(32).toString('base64url')}`);
    const answers = [];
    for (const arrival of [unknown, used, theirs]) answers.push((await shop.redeem(arrival)).body);
    const expired = await shop.arrive(ada);
    const time = travel(app, 100);
    answers.push((await shop.redeem(expired)).body);
    time.back();
    expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1);
  });
});

describe('grants', () => {
  it.each([
    'password',
    'implicit',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:openid:params:grant-type:ciba',
    '__proto__',
    '',
  ])('%j is none of anybody’s (TK-6)', async (grant_type) => {
    const fields = { grant_type, username: ada.email, password: ada.password, assertion: ada.accessToken };
    for (const client of [shop, spa, machine]) {
      const { status, body } = await client.post('/oidc/token', fields);
      expect(status).toBe(400);
      expect(['unsupported_grant_type', 'invalid_request']).toContain(body['error']);
    }
  });

  it('are those of the client’s type (TK-6)', async () => {
    for (const client of [shop, spa]) {
      for (const grant_type of ['client_credentials', GRANTS.device])
        expect((await client.post('/oidc/token', { grant_type, device_code: 'x' })).status).toBe(400);
      expect((await client.post('/oidc/device/authorize', { scope: 'openid' })).status).toBe(400);
    }
    for (const grant_type of [GRANTS.code, 'refresh_token'])
      expect(
        (await machine.post('/oidc/token', { grant_type, code: 'x', refresh_token: 'x', redirect_uri: 'x' }))
          .status,
      ).toBe(400);
  });
});

it('no answer that holds a secret, nor a refusal, is kept by anybody on the way (TK-9)', async () => {
  const tokens = await shop.tokensOf(ada);
  const userinfo = (headers: Record<string, string>) => fetch(`${app.origin}/oidc/userinfo`, { headers });
  const plain = await shop.redeem(await shop.arrive(ada));
  const phone = await givenClient(app, admin, { type: 'NATIVE', redirectUris: [] });
  const answers = [
    plain,
    await shop.refresh(tokens['refresh_token']!),
    await shop.refresh('garbage'),
    await shop.introspect(tokens['access_token']!),
    await shop.introspect('garbage'),
    await shop.post('/oidc/par', shop.parameters()),
    await shop.post('/oidc/par', {}),
    await phone.post('/oidc/device/authorize', { scope: 'openid' }),
    await phone.post('/oidc/device/authorize', { scope: '\u0000' }),
    await postForm(app, '/oidc/token', {}),
    await userinfo({ authorization: `Bearer ${plain.body['access_token']}` }),
    await userinfo({ authorization: 'Bearer garbage' }),
    await userinfo({}),
  ];
  expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(answers.map(() => 'no-store'));
});

it('is open to pages of addresses of the client, and to no page without an origin (MD-4)', async () => {
  const redirectUris = ['com.example.app:/callback', 'https://app.example.com/callback'];
  const native = await givenClient(app, admin, { type: 'NATIVE', redirectUris });
  const allowed = async (origin: string) =>
    (
      await native.post('/oidc/token', { grant_type: 'refresh_token', refresh_token: 'x' }, { origin })
    ).headers.get('access-control-allow-origin');
  expect(await allowed('https://app.example.com')).toBe('https://app.example.com');
  for (const origin of ['null', 'https://evil.example.com']) expect(await allowed(origin)).toBeNull();
});

describe('a refresh', () => {
  it('may ask for less and never for more, and less is not for good (TK-10)', async () => {
    const slug = shop.shown.service.slug;
    await app.given.permission(ada.id, `${slug}:read`);
    await app.given.permission(ada.id, `${slug}:refund`);
    const first = await shop.tokensOf(ada, { scope: `openid ${slug}:read` });
    const more = await shop.refresh(first['refresh_token']!, { scope: `openid ${slug}:read ${slug}:refund` });
    expect(more.body['error']).toBe('invalid_scope');
    const wide = await shop.tokensOf(ada, { scope: `openid email ${slug}:read ${slug}:refund` });
    const { body: less } = await shop.refresh(wide['refresh_token']!, { scope: `openid ${slug}:read` });
    expect(decode(less['access_token']).claims['scope']).toBe(`${slug}:read`);
    const { body: again } = await shop.refresh(less['refresh_token']);
    expect(decode(again['access_token']).claims['scope']).toBe(`${slug}:read ${slug}:refund`);
  });

  it('is for the client that was given the token (TK-10)', async () => {
    const { refresh_token } = await shop.tokensOf(ada);
    for (const client of [bank, spa])
      expect((await client.refresh(refresh_token!)).body['error']).toBe('invalid_grant');
    expect((await shop.refresh(refresh_token!)).status).toBe(200);
  });

  it('never puts off the end of the session (TK-10)', async () => {
    const { sessions } = app.identity.config;
    let token = (await shop.tokensOf(ada))['refresh_token']!;
    const steps = Math.floor(sessions.absoluteSeconds / (sessions.idleSeconds * 0.9));
    const times = [];
    for (let step = 0; step < steps; step++) {
      times.push(travel(app, sessions.idleSeconds * 0.9));
      const { status, body } = await shop.refresh(token);
      expect([step, status]).toEqual([step, 200]);
      token = body['refresh_token'];
    }
    times.push(travel(app, sessions.absoluteSeconds - steps * sessions.idleSeconds * 0.9 + 60));
    expect((await shop.refresh(token)).body['error']).toBe('invalid_grant');
    for (const time of times.toReversed()) time.back();
  });

  it('on two nodes at once is one (TK-2, RT-3)', async () => {
    const { refresh_token } = await shop.tokensOf(ada);
    const nodes = [shop, elsewhere(shop)];
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => nodes[index % 2]!.refresh(refresh_token!)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body['refresh_token'])).size).toBe(1);
  });
});

it.each(['SUSPENDED', 'DELETED'])('nothing gives a token to who is %s (TK-12)', async (status) => {
  const phone = await givenClient(app, admin, { type: 'NATIVE', redirectUris: [] });
  const { refresh_token } = await shop.tokensOf(ada);
  const opaque = await shop.redeem(await shop.arrive(ada));
  const arrival = await shop.arrive(ada);
  const { body: asked } = await phone.post('/oidc/device/authorize', { scope: 'openid' });
  await app.sql('UPDATE users SET status = $1 WHERE id = $2', [status, ada.id]);
  for (const { body } of [await shop.redeem(arrival), await shop.refresh(refresh_token!)])
    expect(body['error']).toBe('invalid_grant');
  const pending = await phone.post('/oidc/token', {
    grant_type: GRANTS.device,
    device_code: asked['device_code'],
  });
  expect(pending.body['error']).toBe('authorization_pending');
  const userinfo = await fetch(`${app.origin}/oidc/userinfo`, {
    headers: { authorization: `Bearer ${opaque.body['access_token']}` },
  });
  expect(userinfo.status).toBe(401);
});

describe('userinfo (TK-13)', () => {
  const userinfo = (init: RequestInit = {}, query = '') => fetch(`${app.origin}/oidc/userinfo${query}`, init);

  it('is of the person of the id token, and asked for by a header', async () => {
    const { body } = await shop.redeem(await shop.arrive(ada, { scope: 'openid profile' }));
    const headers = { authorization: `Bearer ${body['access_token']}` };
    const answer = (await (await userinfo({ headers })).json()) as { sub: string };
    expect(answer.sub).toBe(decode(body['id_token']).claims['sub']);
    expect((await userinfo({ method: 'POST', headers })).status).toBe(200);
    const inQuery = await userinfo({}, `?access_token=${body['access_token']}`);
    expect([400, 401]).toContain(inQuery.status);
    const both = await userinfo({ headers }, `?access_token=${body['access_token']}`);
    expect(both.status).toBe(400);
  });

  it('is told to no id token, refresh token, code, or access token of the supergraph', async () => {
    const tokens = await shop.tokensOf(ada);
    const code = (await shop.arrive(ada)).searchParams.get('code')!;
    for (const token of [
      tokens['id_token'],
      tokens['refresh_token'],
      tokens['access_token'],
      code,
      ada.accessToken,
    ]) {
      const { status } = await userinfo({ headers: { authorization: `Bearer ${token}` } });
      expect(status).toBe(401);
    }
  });
});
