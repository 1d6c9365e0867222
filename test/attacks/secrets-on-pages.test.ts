import type { Browser } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let shop: RelyingParty;
let ledger: RelyingParty;
beforeAll(async () => {
  app = await startTestApp();
  const admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
  ledger = await startRelyingParty(app, admin, 'ledger', { firstParty: false });
});
afterAll(async () => {
  await shop?.close();
  await ledger?.close();
  await app.close();
});

describeInBrowser('no secret in an address, a referrer or the log', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(app, [new URL(shop.origin).host, new URL(ledger.origin).host]);
  });
  afterAll(() => browser?.close());

  it('from signing up over a wrong password and a consent to signing out', async () => {
    const [password, email] = ['canary-kettles sing at dawn', app.given.email()];
    const context = await browser.newContext();
    const page = await context.newPage();
    const addresses: string[] = [];
    const referrers: (string | undefined)[] = [];
    const tokens = new Set<string>();
    page.on('request', (request) => {
      addresses.push(request.url());
      referrers.push(request.headers()['referer'] || undefined);
    });
    const note = async () => {
      for (const token of await page.locator('input[type=hidden]').all())
        tokens.add((await token.getAttribute('value'))!);
    };
    const submit = () => page.locator('form .button').first().click();

    await page.goto(shop.signInUrl());
    await note();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await note();
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await submit();
    await page.waitForURL(`${shop.origin}/**`);
    await page.goto(shop.signInUrl({ prompt: 'login' }));
    await page.getByLabel('Password', { exact: true }).fill(`${password} wrong`);
    await submit();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await submit();
    await page.waitForURL(`${shop.origin}/**`);
    await page.goto(ledger.signInUrl());
    await note();
    await submit();
    await page.waitForURL(`${ledger.origin}/**`);
    await page.goto(shop.signOutUrl());
    await note();
    await submit();
    await page.waitForURL(`${shop.origin}/bye`);

    expect(tokens.size).toBeGreaterThanOrEqual(4);
    expect(new Set(referrers)).toEqual(new Set([undefined]));
    const codes = [...shop.arrivals, ...ledger.arrivals].flatMap((url) => url.searchParams.get('code') ?? []);
    expect(codes).toHaveLength(3);
    const cookies = (await context.cookies()).map(({ value }) => value).filter((value) => value.length > 8);
    for (const address of addresses)
      for (const secret of ['canary', ...tokens, email]) expect(address).not.toContain(secret);
    const log = app.log.join('\n');
    expect(log).toContain('/sign-in/:uid');
    for (const secret of ['canary', ...tokens, ...codes, ...cookies, email])
      expect(log).not.toContain(secret);
  });
});
