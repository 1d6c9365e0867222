import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { givenClient, postForm, worksAtGraphql, type ServiceClient } from '../support/service-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { travel } from '../support/travel.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let admin: Person;
let shop: ServiceClient;
let bank: ServiceClient;
let spa: ServiceClient;
let stranger: ServiceClient;
let machine: ServiceClient;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  shop = await givenClient(app, admin);
  bank = await givenClient(app, admin, { authMethod: 'client_secret_post' });
  spa = await givenClient(app, admin, { type: 'SPA' });
  stranger = await givenClient(app, admin, { firstParty: false });
  machine = await givenClient(app, admin, { type: 'MACHINE' });
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(() => app?.close());

const INACTIVE = { status: 200, body: { active: false } };
const isActive = async (token: string) => (await bank.introspect(token)).body['active'];

describe('introspection of access tokens that are JWTs (RFC 7662)', () => {
  it('says what a token is worth to a confidential client (RV-4)', async () => {
    const slug = shop.shown.service.slug;
    await app.given.permission(ada.id, `${slug}:refund`);
    const { access_token: token } = await shop.tokensOf(ada, { scope: `openid ${slug}:read ${slug}:refund` });
    const claims = decode(token!).claims as Record<string, any>;
    const { status, headers, body } = await bank.introspect(token!);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({
      active: true,
      scope: `${slug}:refund`,
      client_id: shop.clientId,
      sub: ada.id,
      sid: claims['sid'],
      exp: claims['exp'],
      iat: claims['iat'],
      aud: claims['aud'],
      iss: app.identity.config.issuer,
      jti: claims['jti'],
      token_type: 'Bearer',
    });
    // A right that was taken is gone at once, though the token names it still.
    await app.sql('DELETE FROM permission_grants WHERE user_id = $1', [ada.id]);
    expect((await bank.introspect(token!)).body).toMatchObject({ active: true, scope: '' });
  });

  it('knows tokens of the other door and of machines', async () => {
    expect((await shop.introspect(ada.accessToken)).body).toMatchObject({ active: true, sub: ada.id });
    const { body } = await machine.post('/oidc/token', { grant_type: 'client_credentials' });
    const answer = await shop.introspect(body['access_token']);
    expect(answer.body).toMatchObject({ active: true, client_id: machine.clientId });
  });

  it('says nothing but inactive of anything that is not good, and of what was (RV-4)', async () => {
    const { access_token: token, refresh_token, id_token } = await shop.tokensOf(ada);
    const [head, body, signature] = token!.split('.') as [string, string, string];
    const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    for (const bad of ['garbage', 'a.b.c', `${head}.${body}.${flipped}`, `${head}.${body}.`, id_token!])
      expect(await bank.introspect(bad)).toMatchObject(INACTIVE);
    expect((await bank.introspect(refresh_token!)).body).toEqual({ active: false });
    const time = travel(app, 330);
    expect((await bank.introspect(token!)).body).toEqual({ active: false });
    time.back();
  });

  it('is inactive as soon as the session ends, or the user may not sign in (RV-4)', async () => {
    const first = await shop.tokensOf(ada);
    await app.client.send('mutation { logoutEverywhere { __typename } }', {}, { token: ada.accessToken });
    expect((await bank.introspect(first['access_token']!)).body).toEqual({ active: false });
    expect((await bank.introspect(ada.accessToken)).body).toEqual({ active: false });
    const second = await shop.tokensOf(ada);
    expect(await isActive(second['access_token']!)).toBe(true);
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    expect(await isActive(second['access_token']!)).toBe(false);
  });

  it('tells third parties of their own tokens alone, and public clients of none (RV-4)', async () => {
    const own = await stranger.tokensOf(ada);
    const others = await shop.tokensOf(ada);
    expect((await stranger.introspect(own['access_token']!)).body['active']).toBe(true);
    expect((await stranger.introspect(others['access_token']!)).body).toEqual({ active: false });
    const its = await spa.tokensOf(ada);
    for (const token of [its['access_token']!, its['refresh_token']!, 'garbage']) {
      const { status, body } = await spa.introspect(token);
      expect([status, body['error']]).toEqual([401, 'invalid_client']);
    }
    expect((await postForm(app, '/oidc/introspect', { token: its['access_token']! })).status).toBe(400);
    const wrong = { token: its['access_token']!, client_id: bank.clientId, client_secret: 'wrong' };
    expect((await postForm(app, '/oidc/introspect', wrong)).status).toBe(401);
  });
});

describe('revocation (RFC 7009)', () => {
  it('of an access token ends what its client has in the session, and no other client (RV-2, RV-5)', async () => {
    const browser = new Visitor(app);
    const [mine, theirs] = [await shop.tokensOf(ada, {}, browser), await bank.tokensOf(ada, {}, browser)];
    expect(decode(mine['access_token']!).claims['sid']).toBe(decode(theirs['access_token']!).claims['sid']);
    const { status, body } = await shop.revoke(mine['access_token']!);
    expect([status, body]).toEqual([200, { text: '' }]);
    expect(await isActive(mine['access_token']!)).toBe(false);
    expect(await worksAtGraphql(app, mine['access_token']!)).toBe(false);
    expect((await shop.refresh(mine['refresh_token']!)).body['error']).toBe('invalid_grant');
    expect(await isActive(theirs['access_token']!)).toBe(true);
    expect((await bank.refresh(theirs['refresh_token']!)).status).toBe(200);
    // Not even the grant, by which a refresh that was under way would have gone on.
    const left = await app.sql('SELECT model FROM oidc_artifacts WHERE client_id = $1 AND account_id = $2', [
      shop.clientId,
      ada.id,
    ]);
    expect(left).toEqual([]);
    // The browser is signed in still, and what it gets from now on is good.
    const time = travel(app, 100);
    const again = await browser.open(shop.signInUrl({ resource: app.identity.config.audience }));
    const { body: fresh } = await shop.redeem(again.url);
    expect(await isActive(fresh['access_token'])).toBe(true);
    time.back();
    expect(await isActive(mine['access_token']!)).toBe(false);
  });

  it.each(['access_token', 'refresh_token', 'nonsense'])(
    'of a refresh token ends its family and its access tokens, whatever the hint %s says (RV-2, RV-3)',
    async (hint) => {
      const first = await shop.tokensOf(ada);
      const second = (await shop.refresh(first['refresh_token']!)).body;
      // The one that was replaced is of the same family.
      const token = hint === 'nonsense' ? first['refresh_token']! : second['refresh_token'];
      expect((await shop.revoke(token, { token_type_hint: hint })).status).toBe(200);
      expect((await shop.refresh(second['refresh_token'])).body['error']).toBe('invalid_grant');
      expect(await isActive(second['access_token'])).toBe(false);
      // The session of the browser goes on, and nobody is told of a theft.
      const sid = decode(first['access_token']!).claims['sid'];
      const [session] = await app.sql<{ ended_at: Date | null }>(
        'SELECT ended_at FROM sessions WHERE id = $1',
        [sid],
      );
      expect(session!.ended_at).toBeNull();
    },
  );

  it('of an opaque access token ends the grant (RV-2)', async () => {
    const arrival = await shop.arrive(ada, { scope: 'openid profile' });
    const { body } = await shop.redeem(arrival);
    const userinfo = () =>
      fetch(`${app.origin}/oidc/userinfo`, { headers: { authorization: `Bearer ${body['access_token']}` } });
    expect((await userinfo()).status).toBe(200);
    expect((await shop.revoke(body['access_token'])).status).toBe(200);
    expect((await userinfo()).status).toBe(401);
    expect((await shop.refresh(body['refresh_token'])).body['error']).toBe('invalid_grant');
  });

  it('of garbage and of tokens of others is answered alike, and does nothing (RV-1)', async () => {
    const mine = await shop.tokensOf(ada);
    for (const token of [
      mine['access_token']!,
      mine['refresh_token']!,
      ada.accessToken,
      'garbage',
      'a.b.c',
      mine['id_token']!,
    ])
      for (const other of [bank, stranger, spa, machine]) {
        const { status, body } = await other.revoke(token);
        expect([status, body]).toEqual([200, { text: '' }]);
      }
    expect(await isActive(mine['access_token']!)).toBe(true);
    expect(await isActive(ada.accessToken)).toBe(true);
    expect((await shop.refresh(mine['refresh_token']!)).status).toBe(200);
    const nobody = await postForm(app, '/oidc/revoke', { token: mine['access_token']! });
    expect([nobody.status, nobody.body['error']]).toEqual([400, 'invalid_request']);
    expect(await isActive(mine['access_token']!)).toBe(true);
  });

  it('by a public client is of its own tokens too (RFC 7009 §2.1)', async () => {
    const its = await spa.tokensOf(ada);
    expect((await spa.revoke(its['access_token']!)).status).toBe(200);
    expect(await isActive(its['access_token']!)).toBe(false);
  });

  it('by a machine ends its session, and its next token is good', async () => {
    const ask = async () =>
      (await machine.post('/oidc/token', { grant_type: 'client_credentials' })).body[
        'access_token'
      ] as string;
    const token = await ask();
    await machine.revoke(token);
    expect(await isActive(token)).toBe(false);
    const next = await ask();
    expect(await isActive(next)).toBe(true);
    expect(decode(next).claims['sid']).not.toBe(decode(token).claims['sid']);
  });
});
