import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { givenClient, type ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { travel } from '../support/travel.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let admin: Person;
let shop: ServiceClient;
let stranger: ServiceClient;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  shop = await givenClient(app, admin);
  stranger = await givenClient(app, admin, { firstParty: false });
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(() => app?.close());

const error = (url: URL) => url.searchParams.get('error');
const idToken = async (arrival: URL, client = shop) => {
  const { body } = await client.redeem(arrival);
  return decode(body['id_token']).claims as Record<string, unknown>;
};
const credentials = () => ({ email: ada.email, password: ada.password });

/** A browser in which Ada has signed in to the shop, and what it was told. */
async function signedIn() {
  const browser = new Visitor(app);
  const claims = await idToken(await shop.arrive(ada, { nonce: 'n-0' }, browser));
  return { browser, claims };
}

describe('prompt', () => {
  it('none shows no page: who is not signed in comes back with login_required (AZ-9)', async () => {
    const { url, html } = await new Visitor(app).open(shop.signInUrl({ prompt: 'none' }));
    expect([url.origin, error(url), html]).toEqual([
      new URL(shop.redirectUri).origin,
      'login_required',
      expect.any(String),
    ]);
    const { browser } = await signedIn();
    expect(await idToken((await browser.open(shop.signInUrl({ prompt: 'none' }))).url)).toMatchObject({
      sub: ada.id,
    });
  });

  it('none comes back with consent_required to a third party that was not let in yet (AZ-9)', async () => {
    const { browser } = await signedIn();
    const ask = async (more = {}) =>
      (await browser.open(stranger.signInUrl({ prompt: 'none', ...more }))).url;
    expect(error(await ask())).toBe('consent_required');
    await stranger.arrive(ada, {}, browser);
    expect((await ask()).searchParams.get('code')).toBeTruthy();
    expect(error(await ask({ scope: 'openid email' }))).toBe('consent_required');
  });

  it('none comes back with login_required once the session has ended (AZ-9)', async () => {
    const { browser } = await signedIn();
    await app.client.send('mutation { logoutEverywhere { __typename } }', {}, { token: ada.accessToken });
    expect(error((await browser.open(shop.signInUrl({ prompt: 'none' }))).url)).toBe('login_required');
  });

  it('login asks for the password again, and auth_time moves (AZ-10)', async () => {
    const { browser, claims } = await signedIn();
    const time = travel(app, 100);
    const form = await browser.open(shop.signInUrl({ prompt: 'login' }));
    expect(form.url.pathname).toMatch(/^\/sign-in\//);
    const again = await idToken((await browser.send(form, credentials())).url);
    expect(again['sid']).toBe(claims['sid']);
    expect(Number(again['auth_time'])).toBeGreaterThanOrEqual(Number(claims['auth_time']) + 90);
    time.back();
  });

  it.each(['none login', 'nonsense'])('%s is refused (AZ-9)', async (prompt) => {
    expect(error((await new Visitor(app).open(shop.signInUrl({ prompt }))).url)).toBe('invalid_request');
  });

  it('consent asks a third party’s people again', async () => {
    const browser = new Visitor(app);
    await stranger.arrive(ada, {}, browser);
    const shown = await browser.open(stranger.signInUrl({ prompt: 'consent' }));
    expect(shown.url.pathname).toMatch(/^\/consent\//);
  });
});

describe('max_age', () => {
  it('is in seconds since the last proof: longer ago asks again, and auth_time is told (AZ-10)', async () => {
    const { browser, claims } = await signedIn();
    const time = travel(app, 100);
    const within = await browser.open(shop.signInUrl({ max_age: '1000' }));
    expect(await idToken(within.url)).toMatchObject({ auth_time: claims['auth_time'] });
    const form = await browser.open(shop.signInUrl({ max_age: '60' }));
    expect(form.url.pathname).toMatch(/^\/sign-in\//);
    const fresh = await idToken((await browser.send(form, credentials())).url);
    expect(Number(fresh['auth_time'])).toBeGreaterThanOrEqual(Number(claims['auth_time']) + 90);
    const silent = await browser.open(shop.signInUrl({ max_age: '60', prompt: 'none' }));
    expect(silent.url.searchParams.get('code')).toBeTruthy();
    time.back();
  });

  it('0 asks in any case, and prompt none then has no way (AZ-9, AZ-10)', async () => {
    const { browser } = await signedIn();
    const time = travel(app, 2);
    expect((await browser.open(shop.signInUrl({ max_age: '0' }))).url.pathname).toMatch(/^\/sign-in\//);
    const silent = await browser.open(shop.signInUrl({ max_age: '0', prompt: 'none' }));
    expect(error(silent.url)).toBe('login_required');
    time.back();
  });

  it.each(['-1', 'soon', '1.5', '9'.repeat(20)])('%s is refused', async (max_age) => {
    expect(error((await new Visitor(app).open(shop.signInUrl({ max_age }))).url)).toBe('invalid_request');
  });
});

describe('id_token_hint', () => {
  it('of somebody else makes prompt none fail, and of the same person not, though it has expired (AZ-12)', async () => {
    const bob = await app.given.user();
    const [mine, theirs] = [await shop.tokensOf(ada), await shop.tokensOf(bob)];
    const { browser } = await signedIn();
    const ask = async (hint: string) =>
      (await browser.open(shop.signInUrl({ prompt: 'none', id_token_hint: hint }))).url;
    expect(error(await ask(theirs['id_token']!))).toBe('login_required');
    expect((await ask(mine['id_token']!)).searchParams.get('code')).toBeTruthy();
    const time = travel(app, 7200);
    expect((await ask(mine['id_token']!)).searchParams.get('code')).toBeTruthy();
    time.back();
  });

  it.each(['garbage', 'e30.e30.'])('%s is no hint (AZ-12)', async (id_token_hint) => {
    const { browser } = await signedIn();
    expect(error((await browser.open(shop.signInUrl({ id_token_hint }))).url)).toBe('invalid_request');
  });

  it('that is an access token, or of another client, is refused (AZ-12)', async () => {
    const tokens = await shop.tokensOf(ada);
    const others = await stranger.tokensOf(ada);
    const { browser } = await signedIn();
    for (const hint of [tokens['access_token']!, others['id_token']!])
      expect(error((await browser.open(shop.signInUrl({ id_token_hint: hint }))).url)).toBe(
        'invalid_request',
      );
  });
});

describe('acr_values and claims (AZ-13)', () => {
  it('acr_values is a wish: it asks for no claim, and nobody is told that it was fulfilled', async () => {
    const { browser } = await signedIn();
    const shown = await browser.open(shop.signInUrl({ acr_values: 'urn:gold phr 2' }));
    expect(await idToken(shown.url)).not.toHaveProperty('acr');
  });

  it('the parameter claims is off, and gives nothing that no scope gives', async () => {
    const { browser } = await signedIn();
    const claims = JSON.stringify({
      id_token: { email: { essential: true }, name: null },
      userinfo: { email: null },
    });
    const { body } = await shop.redeem((await browser.open(shop.signInUrl({ claims }))).url);
    const told = decode(body['id_token']).claims;
    const userinfo = await fetch(`${app.origin}/oidc/userinfo`, {
      headers: { authorization: `Bearer ${body['access_token']}` },
    });
    for (const one of [told, (await userinfo.json()) as object]) {
      expect(one).not.toHaveProperty('email');
      expect(one).not.toHaveProperty('name');
    }
    const metadata = (await (await fetch(`${app.origin}/.well-known/openid-configuration`)).json()) as object;
    expect(metadata).toMatchObject({ claims_parameter_supported: false });
  });
});

describe('login_hint and ui_locales', () => {
  it('fill in the address, and choose the language of the page', async () => {
    const shown = await new Visitor(app).open(
      shop.signInUrl({ login_hint: ada.email, ui_locales: 'fr-CA de en' }),
    );
    expect(shown.html).toContain(`value="${ada.email}"`);
    expect(shown.html).toContain('<html lang="de"');
  });
});

describe('id tokens', () => {
  it('say whose they are, by whom, for whom, since when, and nothing that was not asked for (ID-1, ID-3)', async () => {
    const { claims } = await signedIn();
    expect(claims).toEqual({
      iss: TEST_ISSUER,
      sub: ada.id,
      aud: shop.clientId,
      exp: Number(claims['iat']) + 3600,
      iat: expect.any(Number),
      auth_time: expect.any(Number),
      amr: ['pwd'],
      nonce: 'n-0',
      sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('give claims by scope alone, and email_verified is a boolean (ID-3)', async () => {
    const by = async (scope: string) =>
      Object.keys(decode((await shop.tokensOf(ada, { scope }))['id_token']!).claims);
    expect(await by('openid profile')).toEqual(expect.arrayContaining(['name', 'updated_at']));
    expect(await by('openid profile')).not.toContain('email');
    const { id_token } = await shop.tokensOf(ada, { scope: 'openid email' });
    expect(decode(id_token!).claims).toMatchObject({ email: ada.email, email_verified: false });
    expect(decode(id_token!).claims).not.toHaveProperty('name');
  });

  it('name people by an id that never changes, the same to all services and never the address (ID-2)', async () => {
    const subs = [];
    for (const client of [shop, stranger])
      subs.push(decode((await client.tokensOf(ada))['id_token']!).claims['sub']);
    expect(subs).toEqual([ada.id, ada.id]);
    expect(ada.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('without the scope openid there is none', async () => {
    const arrival = await shop.arrive(ada, { scope: 'profile', resource: app.identity.config.audience });
    if (error(arrival)) return expect(error(arrival)).toBe('invalid_request');
    return expect((await shop.redeem(arrival)).body).not.toHaveProperty('id_token');
  });
});

describe('the scope that a product of the company asks for', () => {
  it('is granted without a question, and no more than it: what it asks for later is granted then', async () => {
    const { browser } = await signedIn();
    const by = async (scope: string) => {
      const { body } = await shop.redeem((await browser.open(shop.signInUrl({ scope }))).url);
      return (body['scope'] as string).split(' ').toSorted();
    };
    expect(await by('openid')).toEqual(['openid']);
    expect(await by('openid profile email')).toEqual(['email', 'openid', 'profile']);
    expect(await by('openid email')).toEqual(['email', 'openid']);
    expect(await by('openid unknown')).toEqual(['openid']);
  });

  it('may be none, where there is a resource', async () => {
    const { browser } = await signedIn();
    const url = new URL(shop.signInUrl({ resource: app.identity.config.audience }));
    url.searchParams.delete('scope');
    const arrival = (await browser.open(url.href)).url;
    expect(arrival.href.startsWith(shop.redirectUri)).toBe(true);
  });
});

describe('resource indicators (RFC 8707)', () => {
  it('name the supergraph, and nothing else', async () => {
    const { browser } = await signedIn();
    for (const resource of ['https://other.example.com', 'nonsense', `${app.identity.config.audience}/`])
      expect(error((await browser.open(shop.signInUrl({ resource }))).url)).toBe('invalid_target');
    const arrival = await shop.arrive(ada, { resource: app.identity.config.audience }, browser);
    const other = await shop.redeem(arrival, { resource: 'https://other.example.com' });
    expect(other.body['error']).toBe('invalid_target');
  });
});
