import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { accessibilityFaults } from '../support/axe.js';
import { describeInBrowser, openBrowser, takePicture, watch } from '../support/browser.js';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

const LOOKS: [name: string, options: BrowserContextOptions][] = (['en', 'de'] as const).flatMap((locale) =>
  [
    { name: '1440', viewport: { width: 1440, height: 900 } },
    { name: '390', viewport: { width: 390, height: 844 } },
  ].flatMap(({ name, viewport }) =>
    (['light', 'dark'] as const).map((colorScheme): [string, BrowserContextOptions] => [
      `${locale}-${name}-${colorScheme}`,
      { locale: locale === 'en' ? 'en-GB' : 'de-AT', viewport, colorScheme },
    ]),
  ),
);

describeInBrowser('how the pages look', () => {
  let app: TestApp;
  let browser: Browser;
  let shop: RelyingParty;
  let guest: RelyingParty;
  let tv: RelyingParty;
  let ada: Person;
  beforeAll(async () => {
    app = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_NETWORK: '1000' });
    const admin = await app.given.administrator();
    shop = await startRelyingParty(app, admin, 'shop', { name: 'Tea Shop' });
    guest = await startRelyingParty(app, admin, 'guest', {
      name: 'Ledger by Example Ltd',
      firstParty: false,
    });
    tv = await startRelyingParty(app, admin, 'tv', { name: 'Television', type: 'NATIVE' });
    ada = await app.given.user({ name: 'Ada Byron', email: 'ada.byron@example.com' });
    await consentTo(guest);
    browser = await openBrowser(app, [new URL(shop.origin).host, new URL(guest.origin).host]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await guest?.close();
    await tv?.close();
    await app?.close();
  });

  /** What a television shows. */
  async function userCode(): Promise<string> {
    const response = await fetch(`${app.origin}/oidc/device/authorize`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: tv.clientId, scope: 'openid' }),
      headers: { 'user-agent': 'Mozilla/5.0 (Linux; Android 14) Firefox/140.0' },
    });
    return ((await response.json()) as { user_code: string }).user_code;
  }

  /** Lets a third party have something, for the account page to show. */
  async function consentTo(party: RelyingParty): Promise<void> {
    const visitor = new Visitor(app);
    const form = await visitor.open(
      party.signInUrl({ scope: 'openid profile guest:read', prompt: 'consent' }),
    );
    const asked = await visitor.send(form, { email: ada.email, password: ada.password });
    await visitor.send(asked, { answer: 'agree' });
  }

  /** What every page and state has to be: accessible, no wider than the screen, and looked at by people. */
  async function judge(page: Page, name: string): Promise<void> {
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
    await takePicture(page, `pages/${name}`, { fullPage: true });
  }
  const password = (page: Page, field = '#password') => page.locator(field);
  const submit = (page: Page) => page.locator('form .button').first().click();

  it.each(LOOKS)('is accessible and fits, on every page and in every state: %s', async (look, options) => {
    const context = await browser.newContext(options);
    const { page, trouble } = watch(await context.newPage());
    await page.goto(shop.signInUrl());
    await judge(page, `sign-in-${look}`);
    await submit(page);
    await judge(page, `sign-in-empty-${look}`);
    await page.locator('#email').fill(ada.email);
    await password(page).fill('not the password of anybody');
    await submit(page);
    await judge(page, `sign-in-refused-${look}`);

    await page.locator('.other a').click();
    await judge(page, `sign-up-${look}`);
    await page.locator('#email').fill('ada at example');
    await password(page).fill('too short');
    await submit(page);
    await judge(page, `sign-up-refused-${look}`);
    await page.locator('.other a').click();

    await page.locator('#email').fill(ada.email);
    await password(page).fill(ada.password);
    await submit(page);
    await page.waitForURL(`${shop.origin}/**`);
    await page.goto(
      guest.signInUrl({
        scope: 'openid profile email offline_access guest:read guest:refund',
        prompt: 'consent',
      }),
    );
    await judge(page, `consent-${look}`);
    await page.goto(shop.signInUrl({ prompt: 'login' }));
    await judge(page, `sign-in-again-${look}`);

    await page.goto(`${TEST_ISSUER}/account`);
    await judge(page, `account-${look}`);
    await password(page, '#current-password').fill('not the password of anybody');
    await password(page, '#new-password').fill('short');
    await page.locator('form[action$="/password"] .button').click();
    await judge(page, `account-refused-${look}`);

    await page.goto(shop.signOutUrl());
    await judge(page, `sign-out-${look}`);
    await page.goto(`${TEST_ISSUER}/oidc/logout`);
    await submit(page);
    await judge(page, `signed-out-${look}`);

    await page.goto(`${TEST_ISSUER}/oidc/device`);
    await judge(page, `device-code-${look}`);
    await page.locator('#user_code').fill('bbbb bbbb');
    await submit(page);
    await judge(page, `device-code-refused-${look}`);
    await page.locator('#user_code').fill(await userCode());
    await submit(page);
    await judge(page, `device-question-${look}`);
    await page.locator('.button.plain').click();
    await judge(page, `device-refused-${look}`);

    await page.goto(`${TEST_ISSUER}/sign-in/an-old-address`);
    await judge(page, `expired-${look}`);
    await page.goto(shop.signInUrl({ client_id: 'nobody' }));
    await judge(page, `failed-${look}`);
    expect(trouble.errors.filter((error) => !/status of 4/.test(error))).toEqual([]);
    await context.close();
  });

  it('wears the name, the logo and the colour of the company', async () => {
    const branded = await startTestApp({
      SIGNET_BRAND_NAME: 'Brightside',
      SIGNET_BRAND_COLOR: '#f2a33a',
      SIGNET_BRAND_LOGO_URL: 'https://cdn.example.com/logo.svg',
    });
    const club = await startRelyingParty(branded, await branded.given.administrator(), 'club');
    const its = await openBrowser(branded, [new URL(club.origin).host]);
    try {
      const { page, trouble } = watch(await its.newPage());
      await page.route('https://cdn.example.com/logo.svg', (route) =>
        route.fulfill({ contentType: 'image/svg+xml', body: LOGO }),
      );
      await page.goto(club.signInUrl());
      const button = page.getByRole('button', { name: 'Sign in' });
      expect(
        await button.evaluate((node) => {
          const { backgroundColor, color } = (globalThis as any).getComputedStyle(node);
          return [backgroundColor, color];
        }),
      ).toEqual(['rgb(242, 163, 58)', 'rgb(0, 0, 0)']);
      const logo = page.getByRole('img', { name: 'Brightside' });
      expect(await logo.evaluate((image) => (image as any).naturalWidth)).toBe(120);
      expect(await page.title()).toBe('Sign in – Brightside');
      await judge(page, 'sign-in-branded');
      expect(trouble).toEqual({ outside: ['https://cdn.example.com/logo.svg'], errors: [] });
    } finally {
      await its.close();
      await club.close();
      await branded.close();
    }
  });
});

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="32"><rect width="120" height="32" fill="#f2a33a"/></svg>`;
