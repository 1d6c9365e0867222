import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { describeInBrowser, openBrowser, watch } from '../support/browser.js';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

describeInBrowser('the pages in Chromium', () => {
  let app: TestApp;
  let browser: Browser;
  let shop: RelyingParty;
  let ledger: RelyingParty;
  let ada: Person;
  beforeAll(async () => {
    app = await startTestApp();
    const admin = await app.given.administrator();
    shop = await startRelyingParty(app, admin, 'shop', { name: 'Tea Shop' });
    ledger = await startRelyingParty(app, admin, 'ledger', { firstParty: false });
    ada = await app.given.user();
    browser = await openBrowser(app, [new URL(shop.origin).host, new URL(ledger.origin).host]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await ledger?.close();
    await app?.close();
  });

  async function open(address: string, options: BrowserContextOptions = {}) {
    const tab = watch(await (await browser.newContext(options)).newPage());
    await tab.page.goto(address);
    return tab;
  }
  async function signIn(page: Page, { email, password }: Person): Promise<void> {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  const atShop = (page: Page) => page.waitForURL(`${shop.origin}/**`);

  it('let people through who allow no script, from the form over consent to the end', async () => {
    const { page } = await open(ledger.signInUrl(), { javaScriptEnabled: false });
    expect(await page.getByRole('button', { name: 'Show password' }).count()).toBe(0);
    await signIn(page, ada);
    await page.getByRole('button', { name: 'Agree', exact: true }).click();
    await page.waitForURL(`${ledger.origin}/**`);
    await page.goto(`${TEST_ISSUER}/oidc/logout`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });

  it('can be used by the keyboard alone, and always show where one is', async () => {
    const { page, trouble } = await open(shop.signInUrl());
    const order = [
      page.getByLabel('E-mail'),
      page.getByLabel('Password', { exact: true }),
      page.getByRole('button', { name: 'Show password' }),
      page.getByRole('button', { name: 'Sign in' }),
      page.getByRole('link', { name: 'Create an account' }),
      page.getByRole('button', { name: 'Cancel and return to Tea Shop' }),
    ];
    for (const [index, stop] of order.entries()) {
      if (index > 0) await page.keyboard.press('Tab');
      await stop.and(page.locator(':focus')).waitFor();
      expect(await outlineOf(stop)).toBe('solid 3px');
    }
    await page.getByLabel('E-mail').focus();
    await page.keyboard.type(ada.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('a wrong guess');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(ada.password);
    await page.keyboard.press('Enter');
    await atShop(page);
    expect(trouble.errors.filter((error) => !error.includes('422'))).toEqual([]);
  });

  const outlineOf = (element: Locator) =>
    element.evaluate((node) => {
      const { outlineStyle, outlineWidth } = (globalThis as any).getComputedStyle(node);
      return `${outlineStyle} ${outlineWidth}`;
    });

  it('tell assistive technology what is wrong, and where', async () => {
    const { page } = await open(shop.signInUrl());
    await signIn(page, { ...ada, password: 'a wrong guess' });
    await page.getByRole('alert').and(page.locator(':focus')).waitFor();
    expect(await page.title()).toBe('Error: Sign in – Signet');
    for (const label of ['E-mail', 'Password']) {
      const field = page.getByLabel(label).first();
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.getAttribute('aria-describedby')).toBe('problem');
    }
    await page.getByRole('link', { name: 'Create an account' }).click();
    const password = page.getByLabel('Password', { exact: true });
    expect(await page.locator(`#${await password.getAttribute('aria-describedby')}`).textContent()).toContain(
      'At least 15 characters',
    );
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').getByRole('link', { name: 'Enter your name.' }).click();
    await page.getByLabel('Name').and(page.locator(':focus')).waitFor();
    expect(await password.getAttribute('aria-describedby')).toBe('password-hint password-fault');
  });

  it('tell password managers which field is what', async () => {
    const { page } = await open(shop.signInUrl());
    const fields = () =>
      page
        .locator('input:not([type=hidden])')
        .evaluateAll((inputs) => inputs.map((input) => (input as any).autocomplete));
    expect(await fields()).toEqual(['username', 'current-password']);
    await page.getByRole('link', { name: 'Create an account' }).click();
    expect(await fields()).toEqual(['name', 'username', 'new-password']);
  });

  it('show a password to who wants to see it, and hide it again before it is sent', async () => {
    const { page } = await open(shop.signInUrl());
    await page.getByLabel('Password', { exact: true }).fill('a wrong guess');
    await page.getByRole('button', { name: 'Show password' }).click();
    expect(await page.locator('#password').getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide password' }).click();
    expect(await page.locator('#password').getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show password' }).click();
    await page.evaluate(`document.forms[0].addEventListener('submit', (event) => {
      event.preventDefault();
      document.body.dataset.sentAs = document.querySelector('#password').type;
    })`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.locator('body').getAttribute('data-sent-as')).toBe('password');
  });

  it('have targets of 24 pixels and more, and fit a width of 320 (WCAG 2.2 §2.5.8, §1.4.10)', async () => {
    const { page } = await open(ledger.signInUrl(), { viewport: { width: 320, height: 640 } });
    const judge = async () => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      const targets = page.locator('a, button, input:not([type=hidden])');
      const boxes = await Promise.all((await targets.all()).map((target) => target.boundingBox()));
      expect(boxes.length).toBeGreaterThan(0);
      for (const box of boxes) expect(Math.min(box!.height, box!.width)).toBeGreaterThanOrEqual(24);
    };
    await judge();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await judge();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, await app.given.user());
    await page.getByRole('button', { name: 'Agree', exact: true }).waitFor();
    await judge();
  });

  it('go on by themselves where the protocol has a form of its own, under its policy', async () => {
    const bea = await app.given.user();
    const { page, trouble } = await open(shop.signInUrl());
    await signIn(page, ada);
    await atShop(page);
    await page.goto(shop.signInUrl({ prompt: 'login' }));
    await signIn(page, bea);
    await atShop(page);
    await page.goto(shop.signOutUrl());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${shop.origin}/bye`);
    // Nobody is signed in any more, so nobody is asked.
    await page.goto(shop.signOutUrl({ state: 'again' }));
    await page.waitForURL(`${shop.origin}/bye?state=again`);
    expect(trouble.errors).toEqual([]);
  });

  it('go back to the service from “Cancel”', async () => {
    const { page, trouble } = await open(shop.signInUrl());
    await page.getByRole('button', { name: 'Cancel and return to Tea Shop' }).click();
    await atShop(page);
    expect(shop.arrivals.at(-1)!.searchParams.get('error')).toBe('access_denied');
    expect(trouble.errors).toEqual([]);
  });
});
