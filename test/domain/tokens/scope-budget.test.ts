import { createRemoteJWKSet, jwtVerify } from 'jose';
import { decode, expectRefused } from '../../support/forge.js';
import type { Person } from '../../support/given.js';
import { LogoutDocument } from '../../support/operations.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../../support/test-app.js';

const BUDGET = 1000;
/** 40 names of 24 characters and the spaces between them: 999 bytes. */
const names = Array.from({ length: 40 }, (_, index) => `permission-${String(index).padStart(6, '0')}`);

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_SCOPE_BYTES: String(BUDGET) });
  const admin = await app.given.administrator();
  await app.client.send(
    'mutation ($input: RegisterServiceInput!) { registerService(input: $input) { __typename } }',
    {
      input: {
        slug: 'orders',
        name: 'Orders',
        permissions: [...names, 'one.more'].map((name) => ({ name })),
        roles: [{ name: 'all of them', permissions: names }],
      },
    },
    { token: admin.accessToken },
  );
  ada = await app.given.user();
  await app.client.send(
    'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { __typename } }',
    { input: { userId: ada.id, role: 'all of them' } },
    { token: admin.accessToken },
  );
});
afterAll(() => app.close());

const ask = (token: string | undefined, accept = '*/*') =>
  fetch(`${app.origin}/permissions`, {
    headers: { accept, ...(token ? { authorization: `Bearer ${token}` } : {}) },
  });

describe('the scope of an access token', () => {
  it('holds every effective permission, with single spaces, as long as they fit', async () => {
    const { claims } = decode((await app.given.login(ada)).accessToken);
    const scope = claims['scope'] as string;
    expect(Buffer.byteLength(scope)).toBe(BUDGET - 1);
    expect(scope.split(' ')).toEqual(names.map((name) => `orders:${name}`));
    expect(claims).not.toHaveProperty('_claim_names');
  });

  it('is empty and named as a claim to be had elsewhere when they do not (OpenID Connect Core §5.6.2)', async () => {
    await app.given.permission(ada.id, 'orders:one.more');
    const { accessToken } = await app.given.login(ada);
    const { claims } = decode(accessToken);
    expect(claims).toMatchObject({
      scope: '',
      _claim_names: { scope: 'permissions' },
      _claim_sources: { permissions: { endpoint: `${TEST_ISSUER}/permissions` } },
    });
    expect(accessToken.length).toBeLessThan(1000);
  });

  it('does not decide anything inside Signet: whoever holds too many to fit keeps working', async () => {
    const { accessToken } = await app.given.login(ada);
    const answer = await app.client.send<{ viewer: { can: boolean; permissions: object[] } }, object>(
      '{ viewer { can(permission: "orders:one.more") permissions { name } } }',
      {},
      { token: accessToken },
    );
    expect(answer.data.viewer.can).toBe(true);
    expect(answer.data.viewer.permissions).toHaveLength(41);
  });
});

describe('the place that such a token names', () => {
  it('gives the present permissions as a signed JWT, which no door takes for an access token', async () => {
    const { accessToken } = await app.given.login(ada);
    const response = await ask(accessToken);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/jwt');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const jwt = await response.text();
    const keys = createRemoteJWKSet(new URL(`${app.origin}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(jwt, keys, {
      issuer: TEST_ISSUER,
      subject: ada.id,
      currentDate: app.clock.now(),
    });
    expect(protectedHeader.typ).toBe('JWT');
    expect((payload['scope'] as string).split(' ')).toHaveLength(41);
    expect(payload.exp).toBe(decode(accessToken).claims['exp']);
    expect(payload.aud).toBeUndefined();
    await expectRefused(app, jwt);
    expect((await ask(jwt)).status).toBe(401);
  });

  it('gives JSON to who asks for it, and knows of a revocation at once', async () => {
    const { accessToken } = await app.given.login(ada);
    const read = async () =>
      (await (await ask(accessToken, 'application/json')).json()) as { sub: string; scope: string };
    const before = await read();
    expect(before.sub).toBe(ada.id);
    expect(before.scope.split(' ')).toContain('orders:one.more');
    await app.sql(`DELETE FROM permission_grants WHERE user_id = $1`, [ada.id]);
    expect((await read()).scope.split(' ')).toEqual(names.map((name) => `orders:${name}`));
  });

  it('is shut to no token, a bad one, and one whose session has ended', async () => {
    const { accessToken } = await app.given.login(ada);
    await app.client.send(LogoutDocument, {}, { token: accessToken });
    for (const token of [undefined, 'not.a.token', accessToken]) {
      const response = await ask(token);
      expect([token, response.status]).toEqual([token, 401]);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await response.text()).not.toContain('orders:');
    }
  });
});
