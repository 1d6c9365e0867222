import { AccessTokens } from '../../../src/domain/tokens/index.js';
import { Forge, decode, expectAccepted, expectRefused } from '../../support/forge.js';
import type { Person } from '../../support/given.js';
import { LoginDocument, LogoutDocument, RefreshDocument } from '../../support/operations.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../../support/test-app.js';

const EXTRA = { 'https://example.com/plan': 'gold' };
let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  ada = await app.given.user({ name: 'Ada Canary Byron' });
});
afterAll(() => app.close());

describe('an access token', () => {
  it('has the header and the claims of RFC 9068 (JW-1)', async () => {
    await app.given.permission(ada.id, 'orders:refund');
    await app.given.permission(ada.id, 'orders:read');
    const { accessToken, sessionId } = await app.given.login(ada);
    const { header, claims } = decode(accessToken);
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: app.identity.keyRing.active().kid });
    const now = Math.floor(app.clock.now().getTime() / 1000);
    expect(claims).toEqual({
      iss: TEST_ISSUER,
      sub: ada.id,
      aud: `${TEST_ISSUER}/graphql`,
      exp: now + 300,
      iat: now,
      auth_time: now,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_id: 'signet-graphql',
      sid: sessionId,
      amr: ['pwd'],
      scope: expect.stringMatching(/^\S+( \S+)*$/),
    });
    expect((claims['scope'] as string).split(' ').sort()).toEqual(['orders:read', 'orders:refund']);
  });

  it('has a kid that the JWKS publishes (JW-1)', async () => {
    const { keys } = (await (await fetch(`${app.origin}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string }[];
    };
    expect(keys.map(({ kid }) => kid)).toContain(decode(ada.accessToken).header['kid']);
  });

  it('is another one at every sign-in and refresh', async () => {
    const { data } = await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    if (data.refresh.__typename !== 'RefreshSuccess') throw new Error(data.refresh.__typename);
    const tokens = [
      ada.accessToken,
      data.refresh.tokens.accessToken,
      (await app.given.login(ada)).accessToken,
    ];
    expect(new Set(tokens.map((token) => decode(token).claims['jti'])).size).toBe(3);
  });

  it('says nothing about the person but ids (JW-10)', async () => {
    const texts = [ada.accessToken, ada.refreshToken].map((token) =>
      JSON.stringify(decode(token)).toLowerCase(),
    );
    for (const text of texts) {
      expect(text).not.toContain(ada.email.split('@')[0]);
      expect(text).not.toContain('@');
      expect(text).not.toContain('canary');
      expect(text).not.toContain('127.0.0.1');
    }
  });

  it('keeps saying when the person signed in, however often it is refreshed', async () => {
    app.clock.advance(100);
    const { data } = await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    if (data.refresh.__typename !== 'RefreshSuccess') throw new Error(data.refresh.__typename);
    const [before, after] = [ada.accessToken, data.refresh.tokens.accessToken].map(
      (token) => decode(token).claims,
    );
    expect(after!['auth_time']).toBe(before!['auth_time']);
    expect(after!['iat']).toBe((before!['iat'] as number) + 100);
  });

  it('may not have its own claims set by a contributor', async () => {
    const { keyRing, clock } = app.identity;
    const tokensWith = (claims: Record<string, unknown>) =>
      new AccessTokens({
        keyRing,
        clock,
        options: {
          issuer: TEST_ISSUER,
          audience: `${TEST_ISSUER}/graphql`,
          ttlSeconds: 300,
          contributeClaims: () => claims,
          scopeBytes: 4096,
          permissionsEndpoint: `${TEST_ISSUER}/permissions`,
        },
      });
    const subject = {
      userId: ada.id,
      sessionId: ada.sessionId,
      clientId: 'signet-graphql',
      authenticatedAt: clock.now(),
      amr: ['pwd'],
      permissions: [],
      sessionEndsAt: new Date(clock.now().getTime() + 3_600_000),
    };
    for (const claim of ['sub', 'scope', 'exp', 'sid', 'aud'])
      await expect(tokensWith({ [claim]: 'x' }).mint(subject)).rejects.toThrow(`may not set "${claim}"`);
    const { token } = await tokensWith(EXTRA).mint(subject);
    expect(decode(token).claims).toMatchObject(EXTRA);
    await expectAccepted(app, token, ada);
  });
});

describe('a token that was verified before', () => {
  beforeEach(() => expectAccepted(app, ada.accessToken, ada));

  it('is remembered by its whole text: one with another signature or payload is refused (JW-9)', async () => {
    const [header, claims, signature] = ada.accessToken.split('.') as [string, string, string];
    const forge = new Forge(app, ada);
    const grace = await app.given.user();
    const other = grace.accessToken.split('.')[2]!;
    await expectRefused(app, `${header}.${claims}.${other}`);
    await expectRefused(
      app,
      `${forge.body({ claims: { sub: grace.id, sid: grace.sessionId } })}.${signature}`,
    );
    await expectRefused(app, ada.accessToken.slice(0, -1));
    await expectRefused(app, `${ada.accessToken}A`);
    await expectAccepted(app, ada.accessToken, ada);
  });

  it('is refused as soon as its session ends', async () => {
    await app.client.send(LogoutDocument, {}, { token: ada.accessToken });
    await expectRefused(app, ada.accessToken);
  });

  it('is refused from the second on at which it expires', async () => {
    app.clock.advance(299);
    await expectAccepted(app, ada.accessToken, ada);
    app.clock.advance(1);
    await expectRefused(app, ada.accessToken);
  });

  it('is refused as soon as its key is revoked, while a new sign-in works (KY-5)', async () => {
    const own = await startTestApp();
    try {
      const grace = await own.given.user();
      await expectAccepted(own, grace.accessToken, grace);
      const { kid } = own.identity.keyRing.active();
      expect(await own.identity.keys.revokeKey(kid)).toBe(true);
      await expectRefused(own, grace.accessToken);
      const jwks = await (await fetch(`${own.origin}/.well-known/jwks.json`)).text();
      expect(jwks).not.toContain(kid);
      const again = await own.given.login(grace);
      await expectAccepted(own, again.accessToken, again);
      const { refresh } = (
        await own.client.send(RefreshDocument, { input: { refreshToken: grace.refreshToken } })
      ).data;
      expect(refresh.__typename).toBe('RefreshSuccess');
    } finally {
      await own.close();
    }
  });

  it('goes on working after its key was replaced (KY-2)', async () => {
    const own = await startTestApp();
    try {
      const grace = await own.given.user();
      const next = await own.identity.keys.rotateKeys();
      own.clock.advance(901);
      const { kid } = own.identity.keyRing.active();
      expect(kid).toBe(next);
      const input = { email: grace.email, password: grace.password };
      const { login } = (await own.client.send(LoginDocument, { input })).data;
      if (login.__typename !== 'LoginSuccess') throw new Error(login.__typename);
      expect(decode(login.tokens.accessToken).header['kid']).toBe(next);
      const old = await new Forge(own, grace).sign(
        new Forge(own, grace).body({ claims: { iat: now(own), exp: now(own) + 300 } }),
        own.identity.keyRing.published()[0]!.privateKey!,
      );
      await expectAccepted(own, old, grace);
    } finally {
      await own.close();
    }
  });
});

function now(of: TestApp): number {
  return Math.floor(of.clock.now().getTime() / 1000);
}
