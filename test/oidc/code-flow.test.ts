import { createRemoteJWKSet, jwtVerify } from 'jose';
import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

/** So many come at once with the same secret. */
const AT_ONCE = 64;

let app: TestApp;
let admin: Person;
let shop: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(async () => {
  await shop.close();
  await app.close();
});

/** Signs somebody in at the page, and comes back to the service. */
async function arrive(party: RelyingParty, browser: Visitor, parameters = {}): Promise<URL> {
  let shown = await browser.open(party.signInUrl(parameters));
  if (shown.url.pathname.startsWith('/sign-in/'))
    shown = await browser.send(shown, { email: ada.email, password: ada.password });
  expect(shown.url.href.startsWith(party.redirectUri)).toBe(true);
  return shown.url;
}

const token = (body: Record<string, string>) =>
  fetch(`${app.origin}/oidc/token`, { method: 'POST', body: new URLSearchParams(body) }).then(
    async (response) => ({
      status: response.status,
      body: (await response.json()) as Record<string, string>,
    }),
  );
const refresh = (refreshToken: string) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: shop.clientId });

/** What may be asked at `/graphql` with a token. */
async function sessions(accessToken: string) {
  const answer = await app.client.send<{ viewer: { sessions: { id: string }[] } }, object>(
    '{ viewer { sessions { id } } }',
    {},
    { token: accessToken },
  );
  return answer.data.viewer.sessions.map(({ id }) => id);
}

const WITH_PERMISSIONS = { scope: 'openid profile email shop:read shop:refund' };

describe('the code flow', () => {
  it('ends in an id token of the person, and one session that both doors know', async () => {
    const browser = new Visitor(app);
    const arrival = await arrive(shop, browser, { nonce: 'n-1' });
    expect(arrival.searchParams.get('state')).toBe('the state of the service');
    expect(arrival.searchParams.get('iss')).toBe(app.identity.config.issuer);
    const tokens = await shop.redeem(app, arrival);
    const keys = createRemoteJWKSet(new URL(`${app.origin}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(tokens['id_token']!, keys, {
      issuer: app.identity.config.issuer,
      audience: shop.clientId,
    });
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      sub: ada.id,
      nonce: 'n-1',
      email: ada.email,
      name: ada.name,
      amr: ['pwd'],
    });
    expect(await sessions(ada.accessToken)).toContain(payload['sid']);
    const userinfo = await fetch(`${app.origin}/oidc/userinfo`, {
      headers: { authorization: `Bearer ${tokens['access_token']}` },
    });
    expect(await userinfo.json()).toMatchObject({ sub: ada.id, email: ada.email });
  });

  it('gives who asks for permissions an access token as every other, with those that the person has', async () => {
    await app.given.permission(ada.id, 'shop:refund');
    await app.given.permission(ada.id, 'signet:users.read');
    const tokens = await shop.redeem(app, await arrive(shop, new Visitor(app), WITH_PERMISSIONS));
    const { header, claims } = decode(tokens['access_token']!);
    expect(header).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    expect(claims).toMatchObject({
      sub: ada.id,
      aud: app.identity.config.audience,
      client_id: shop.clientId,
      scope: 'shop:refund',
      amr: ['pwd'],
    });
    expect(await sessions(ada.accessToken)).toContain(claims['sid']);
    const token = { token: tokens['access_token']! };
    const { data } = await app.client.send<any, object>('{ viewer { id } }', {}, token);
    expect(data.viewer.id).toBe(ada.id);
  });
});

describe('single use', () => {
  it('a code is taken once, however many bring it at once (TK-2)', async () => {
    const arrival = await arrive(shop, new Visitor(app));
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => shop.redeem(app, arrival)));
    expect(answers.filter((answer) => answer['access_token'])).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer['error']))).toEqual(new Set([undefined, 'invalid_grant']));
  });

  it('a code that is brought again takes back what it gave (RFC 6749 §4.1.2)', async () => {
    const arrival = await arrive(shop, new Visitor(app));
    const tokens = await shop.redeem(app, arrival);
    expect((await shop.redeem(app, arrival))['error']).toBe('invalid_grant');
    expect((await refresh(tokens['refresh_token']!)).body['error']).toBe('invalid_grant');
  });

  it('a refresh token has one successor, however many bring it at once, and the same for all (RT-3)', async () => {
    const first = (await shop.redeem(app, await arrive(shop, new Visitor(app))))['refresh_token']!;
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => refresh(first)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body['refresh_token']));
    expect(successors.size).toBe(1);
    expect(successors).not.toContain(first);
    const rows = await app.sql(
      `SELECT 1 FROM oidc_artifacts WHERE model = 'RefreshToken' AND account_id = $1`,
      [ada.id],
    );
    expect(rows).toHaveLength(2);
  });

  it('a refresh token whose successor was used is stolen: the session ends, its owner is told (RT-4, RT-5)', async () => {
    const tokens = await shop.redeem(app, await arrive(shop, new Visitor(app), WITH_PERMISSIONS));
    const first = tokens['refresh_token']!;
    const second = (await refresh(first)).body['refresh_token']!;
    const third = (await refresh(second)).body['refresh_token']!;
    expect((await refresh(first)).body['error']).toBe('invalid_grant');
    expect((await refresh(third)).body['error']).toBe('invalid_grant');
    const answer = await app.client.send('{ viewer { id } }', {}, { token: tokens['access_token'] });
    expect(answer.codes).toEqual(['UNAUTHENTICATED']);
    const [event] = await app.sql<{ session_id: string }>(
      `SELECT session_id FROM audit_events WHERE type = 'refresh-token.reused' AND user_id = $1`,
      [ada.id],
    );
    expect(event!.session_id).toBe(decode(tokens['access_token']!).claims['sid']);
  });

  it('a replaced refresh token is worth nothing after the window', async () => {
    const first = (await shop.redeem(app, await arrive(shop, new Visitor(app))))['refresh_token']!;
    await refresh(first);
    app.clock.advance(31);
    expect((await refresh(first)).body['error']).toBe('invalid_grant');
  });
});

describe('one session', () => {
  it('lets a second service in without a page, also when both ask at once, and ends for both (SE-7)', async () => {
    const post = await startRelyingParty(app, admin, 'post');
    const desk = await startRelyingParty(app, admin, 'desk');
    try {
      const browser = new Visitor(app);
      await arrive(shop, browser);
      const arrivals = await Promise.all([arrive(post, browser), arrive(desk, browser)]);
      const given = [await post.redeem(app, arrivals[0]), await desk.redeem(app, arrivals[1])];
      const sids = given.map((tokens) => decode(tokens['id_token']!).claims['sid']);
      expect(new Set(sids).size).toBe(1);
      const rows = await app.sql<{ client_id: string }>(
        'SELECT client_id FROM session_clients WHERE session_id = $1 ORDER BY client_id',
        [sids[0]],
      );
      expect(rows.map((row) => row.client_id)).toEqual(
        [shop, post, desk].map(({ clientId }) => clientId).toSorted((a, b) => (a < b ? -1 : 1)),
      );
      // Its owner ends it at the other door.
      await app.client.send(
        'mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { __typename } }',
        { input: { sessionId: sids[0] } },
        { token: ada.accessToken },
      );
      for (const [index, party] of [post, desk].entries()) {
        const body = { grant_type: 'refresh_token', client_id: party.clientId };
        const again = await token({ ...body, refresh_token: given[index]!['refresh_token']! });
        expect(again.body['error']).toBe('invalid_grant');
      }
      expect((await browser.open(shop.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);
    } finally {
      await post.close();
      await desk.close();
    }
  });
});

it('keeps no secret of the protocol where a dump of the database shows it', async () => {
  const arrival = await arrive(shop, new Visitor(app));
  const tokens = await shop.redeem(app, arrival);
  const secrets = [arrival.searchParams.get('code')!, tokens['refresh_token']!, tokens['access_token']!];
  const rows = await app.sql<{ row: string }>('SELECT to_jsonb(a)::text AS row FROM oidc_artifacts a');
  expect(rows.length).toBeGreaterThan(3);
  for (const secret of secrets) expect(rows.filter(({ row }) => row.includes(secret))).toEqual([]);
});
