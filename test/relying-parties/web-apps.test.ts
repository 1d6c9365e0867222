import type { Browser, Page } from 'playwright-core';
import { startBoth } from '../../examples/web-apps/both.js';
import { describeInBrowser, openBrowser, takePicture } from '../support/browser.js';
import { freePort } from '../support/free-port.js';
import type { Person } from '../support/given.js';
import { startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { until } from '../support/run-signet.js';
import { Traveller } from '../support/traveller.js';

describeInBrowser('the two example web apps', () => {
  let app: ReachableApp;
  let browser: Browser;
  let apps: Awaited<ReturnType<typeof startBoth>>;
  let ada: Person;
  beforeAll(async () => {
    app = await startReachableApp({ SIGNET_OUTGOING_ALLOW: '127.0.0.1' });
    const { accessToken } = await app.given.administrator();
    const ports = [await freePort(), await freePort()] as const;
    apps = await startBoth({ signet: app.issuer, accessToken, ports, host: '127.0.0.1' });
    const hosts = [app.issuer, ...apps.map(({ origin }) => origin)].map((origin) => new URL(origin).host);
    browser = await openBrowser(app, hosts);
  });
  beforeEach(async () => {
    ada = await app.given.user();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all((apps ?? []).map((one) => one.close()));
    await app?.close();
  });

  async function open() {
    const page = await (await browser.newContext()).newPage();
    /** Pages of Signet that somebody saw. */
    const seen: string[] = [];
    const errors: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
    page.on('pageerror', (error) => void errors.push(String(error)));
    page.on('load', () => void (page.url().startsWith(app.issuer) && seen.push(page.url())));
    return { page, seen, errors };
  }

  async function signIn(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: `Hello, ${ada.name}` }).waitFor();
  }

  it('signing in to the first signs in to the second without a page; signing out of one ends the other', async () => {
    const { page, seen, errors } = await open();
    await page.goto(`${apps[0]!.origin}/`);
    await takePicture(page, 'web-apps/1-nobody');
    await signIn(page);
    await takePicture(page, 'web-apps/2-tea-shop');
    expect(seen).toHaveLength(1);

    await page.getByRole('link', { name: 'Kettle Repair' }).click();
    await page.getByText('You are not signed in here.').waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: `Hello, ${ada.name}` }).waitFor();
    await takePicture(page, 'web-apps/3-kettle-repair');
    expect(seen).toHaveLength(1);
    expect(new URL(page.url()).origin).toBe(apps[1]!.origin);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: /^Sign out/ }).waitFor();
    await takePicture(page, 'web-apps/4-sign-out');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${apps[1]!.origin}/`);
    await page.getByText('You are not signed in here.').waitFor();

    // The first hears of it from Signet, not from the browser.
    await until('the Tea Shop has heard of it', async () => {
      await page.goto(`${apps[0]!.origin}/`);
      return page.getByText('You are not signed in here.').isVisible();
    });
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').waitFor();
    expect(errors).toEqual([]);
  });

  it('take “Cancel” for an answer', async () => {
    const { page } = await open();
    await page.goto(`${apps[0]!.origin}/sign-in`);
    await page.getByRole('button', { name: 'Cancel and return to Tea Shop' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('You did not sign in.');
  });

  it('need no script, like the pages of Signet', async () => {
    const visitor = new Traveller(app);
    const shown = await visitor.signIn(`${apps[0]!.origin}/sign-in`, ada);
    expect(shown.text).toContain(`Hello, ${ada.name}`);
    expect((await visitor.open(`${apps[1]!.origin}/sign-in`)).text).toContain(`Hello, ${ada.name}`);
  });

  it('let people leave one of them and stay in the other, who can come back without a password', async () => {
    const visitor = new Traveller(app);
    const [shop, repair] = apps.map(({ origin }) => origin) as [string, string];
    await visitor.signIn(`${shop}/sign-in`, ada);
    await visitor.open(`${repair}/sign-in`);
    const question = await visitor.post(`${repair}/sign-out`, {});
    expect(question.text).toContain('Leave only Kettle Repair');
    const left = await visitor.send(question, {});
    expect(left.url.href).toBe(`${repair}/`);
    expect(left.text).toContain('You are not signed in here.');
    expect((await visitor.open(`${shop}/`)).text).toContain(`Hello, ${ada.name}`);
    // Kettle Repair is told to end what hangs on this session, which would hit who came back before.
    await until('it was told', async () => (await app.sql('SELECT 1 FROM logout_deliveries')).length === 0);
    expect((await visitor.open(`${repair}/sign-in`)).text).toContain(`Hello, ${ada.name}`);
  });

  it('take a sign-in in the browser alone in which it began', async () => {
    const [victim, attacker] = [new Traveller(app), new Traveller(app)];
    await victim.open(`${apps[0]!.origin}/`);
    const form = await attacker.open(`${apps[0]!.origin}/sign-in`);
    const link = await attacker.stopAt(form, { email: ada.email, password: ada.password });
    const shown = await victim.open(link.href);
    expect(shown.status).toBe(400);
    expect(shown.text).toContain('began elsewhere');
  });

  it('believe no logout that Signet has not signed for them', async () => {
    const body = new URLSearchParams({ logout_token: ada.accessToken });
    const response = await fetch(`${apps[0]!.origin}/backchannel-logout`, { method: 'POST', body });
    expect(response.status).toBe(400);
  });
});
