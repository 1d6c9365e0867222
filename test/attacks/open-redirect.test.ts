import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  shop = await startRelyingParty(app, await app.given.administrator(), 'shop');
  ada = await app.given.user();
});
afterAll(async () => {
  await shop?.close();
  await app.close();
});

/** Names under which other systems were told where to go next. */
const NAMES = [
  'next',
  'returnTo',
  'return_to',
  'redirect',
  'redirect_uri',
  'post_logout_redirect_uri',
  'continue',
  'url',
  'goto',
  'returnUrl',
];
const EVIL = [
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'https:evil.example',
  '///evil.example',
  '/%2fevil.example',
  `${TEST_ISSUER}@evil.example`,
  `${TEST_ISSUER}.evil.example`,
  'javascript:alert(1)',
  'data:text/html,evil.example',
];

describe('AZ-19: no parameter of a page leads off site', () => {
  it.each(EVIL)('%s leads nowhere, under any name, in the address or the form', async (evil) => {
    const extra = Object.fromEntries(NAMES.map((name) => [name, evil]));
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    const open = await visitor.request(`${form.url.href}?${String(new URLSearchParams(extra))}`);
    expect(open.status).toBe(200);
    expect(open.html).not.toContain('evil');
    expect(open.headers.get('content-security-policy')).not.toContain('evil');
    const answer = await visitor.post(
      { ...form, url: open.url },
      { email: ada.email, password: ada.password, ...extra },
    );
    expect(answer.status).toBe(303);
    expect(new URL(answer.headers.get('location')!).origin).toBe(TEST_ISSUER);
    const back = await visitor.open(answer.headers.get('location')!);
    expect(back.url.href.startsWith(`${shop.redirectUri}?code=`)).toBe(true);
  });

  it.each(EVIL)('%s is no address to come back to after signing out', async (evil) => {
    const visitor = new Visitor(app);
    await visitor.send(await visitor.open(shop.signInUrl()), { email: ada.email, password: ada.password });
    const refused = await visitor.request(shop.signOutUrl({ post_logout_redirect_uri: evil }));
    expect(refused.status).toBe(400);
    expect(refused.html).not.toContain('evil');
    // Without a client nobody is asked, and nobody is sent anywhere.
    const unknown = await visitor.request(
      `${TEST_ISSUER}/oidc/logout?${String(new URLSearchParams({ post_logout_redirect_uri: evil }))}`,
    );
    expect(unknown.headers.get('content-security-policy')).not.toContain('evil');
    const done = await visitor.send(unknown, { logout: 'yes', post_logout_redirect_uri: evil });
    expect(done.url.origin).toBe(TEST_ISSUER);
    expect(done.text).toContain('You are signed out');
  });

  it.each([
    '//evil.example',
    '%2f%2fevil.example',
    '..%2f..%2fevil.example',
    'https:%2f%2fevil.example',
    '%00',
  ])('/sign-in/%s is no address of ours', async (uid) => {
    for (const page of ['sign-in', 'sign-up', 'consent']) {
      const response = await fetch(`${app.origin}/${page}/${uid}`, { redirect: 'manual' });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('location')).toBeNull();
      expect(await response.text()).not.toContain('<a ');
    }
  });

  it('AZ-16: answers a form with 303, which takes no password along', async () => {
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    const answer = await visitor.post(form, { email: ada.email, password: ada.password });
    expect(answer.status).toBe(303);
    const resumed = await visitor.request(answer.headers.get('location')!);
    expect(resumed.status).toBe(303);
    expect(resumed.headers.get('location')).not.toContain(ada.password.split(' ')[0]);
  });
});
