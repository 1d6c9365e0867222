import type { Browser } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor, type Shown } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
let ledger: RelyingParty;
let phone: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_BRAND_LOGO_URL: 'https://cdn.example.com/logo.svg?x=1' });
  const admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
  ledger = await startRelyingParty(app, admin, 'ledger', { firstParty: false });
  phone = await startRelyingParty(app, admin, 'field-app', {
    type: 'NATIVE',
    redirectUris: [
      'com.example.app:/callback',
      'http://[::1]/callback',
      'https://app.example.com:8443/callback?x=1',
    ],
  });
  ada = await app.given.user();
});
afterAll(async () => {
  await shop?.close();
  await ledger?.close();
  await phone?.close();
  await app.close();
});

/** Every page, and where its forms may lead in the end; null for pages without a script. */
async function everyPage(): Promise<Record<string, { page: Shown; leadsTo?: string; script?: boolean }>> {
  const visitor = new Visitor(app);
  const form = await visitor.open(shop.signInUrl());
  const refused = await visitor.post(form, { email: ada.email, password: 'wrong' });
  const signUp = await visitor.open(form.url.pathname.replace('sign-in', 'sign-up'));
  const forged = await visitor.post(form, { token: 'guess' });
  const asking = await visitor.open(ledger.signInUrl());
  const consent = await visitor.send(asking, { email: ada.email, password: ada.password });
  const account = await visitor.open(`${TEST_ISSUER}/account`);
  const signOut = await visitor.open(shop.signOutUrl());
  const signedOut = await visitor.send(await visitor.open(`${TEST_ISSUER}/oidc/logout`), { logout: 'yes' });
  return {
    'sign-in': { page: form, leadsTo: shop.origin, script: true },
    'sign-in, refused': { page: refused, leadsTo: shop.origin, script: true },
    'sign-up': { page: signUp, leadsTo: shop.origin, script: true },
    forged: { page: forged },
    consent: { page: consent, leadsTo: ledger.origin },
    'sign-out': { page: signOut, leadsTo: shop.origin },
    'signed out': { page: signedOut },
    expired: { page: await visitor.open(`${TEST_ISSUER}/sign-in/an-old-one`) },
    failed: { page: await visitor.open(shop.signInUrl({ client_id: 'nobody' })) },
    account: { page: account, script: true },
    'not signed in': { page: await visitor.open(`${TEST_ISSUER}/account/signed-in`) },
  };
}

describe('AZ-17: clickjacking and what else the headers of pages keep away', () => {
  it('every page has exactly the policy that it needs', async () => {
    for (const [name, { page, leadsTo, script }] of Object.entries(await everyPage())) {
      expect([name, page.headers.get('content-security-policy')?.split('; ')]).toEqual([
        name,
        [
          "default-src 'none'",
          "style-src 'self'",
          ...(script ? ["script-src 'self'"] : []),
          "img-src 'self' data: https://cdn.example.com",
          `form-action 'self'${leadsTo ? ` ${leadsTo}` : ''}`,
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ],
      ]);
      const { headers } = page;
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('x-request-id')).toBeTruthy();
      expect(page.html).not.toMatch(/ style=| on\w+=|<style|<script>/);
    }
  });

  it('keeps what pages load for good, by names that change with it', async () => {
    const page = await new Visitor(app).open(shop.signInUrl());
    const files = [...page.html.matchAll(/(?:href|src)="(\/pages\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files).toHaveLength(3);
    for (const path of files) {
      const response = await fetch(app.origin + path);
      expect(response.status).toBe(200);
      expect(path).toMatch(/-[\w-]{12}\.(css|js|svg)$/);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each([
    ['com.example.app:/callback', 'com.example.app:'],
    // The policy cannot name an IPv6 address.
    ['http://[::1]:4567/callback', 'http:'],
    ['https://app.example.com:8443/callback?x=1', 'https://app.example.com:8443'],
  ])('lets the answer to %s of a native app through', async (redirectUri, source) => {
    const page = await new Visitor(app).open(phone.signInUrl({ redirect_uri: redirectUri }));
    expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' ${source};`);
  });
});

describeInBrowser('AZ-17 in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(app, [new URL(shop.origin).host]);
  });
  afterAll(() => browser?.close());

  it('does not show a page in the frame of another site', async () => {
    const page = await browser.newPage();
    await page.goto(shop.origin);
    const frame = JSON.stringify(shop.signInUrl());
    await page.evaluate(`new Promise((done) => {
      const frame = document.createElement('iframe');
      frame.onload = done;
      frame.src = ${frame};
      document.body.append(frame);
    })`);
    expect(await page.frames()[1]!.locator('input').count()).toBe(0);
  });
});
