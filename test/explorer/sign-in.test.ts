import type { Browser } from 'playwright-core';
import {
  describeInBrowser,
  openBrowser,
  openExplorer,
  run,
  signInOnPage,
  writeOperation,
} from '../support/browser.js';
import type { Person } from '../support/given.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

describeInBrowser('signing in to the explorer', () => {
  let app: TestApp;
  let browser: Browser;
  let admin: Person;
  beforeAll(async () => {
    app = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '2' });
    browser = await openBrowser(app);
    admin = await app.given.administrator();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('opens the explorer, which runs operations as who signed in, and speaks to nobody else', async () => {
    const { page, trouble } = await openExplorer(browser);
    await signInOnPage(page, admin);
    expect(await page.getByRole('banner').textContent()).toContain(
      `Signed in as ${admin.name}${admin.email}`,
    );
    await writeOperation(page, '{ viewer { id email } }');
    expect(await run(page)).toEqual({ data: { viewer: { id: admin.id, email: admin.email } } });
    expect(trouble).toEqual({ outside: [], errors: [] });
  });

  it('says what is wrong, and how long to wait after too many attempts', async () => {
    const bob = await app.given.user();
    const { page, trouble } = await openExplorer(browser);
    const alert = page.locator('form [role="alert"]');
    const attempt = async () => {
      await page.getByLabel('E-mail').fill(bob.email);
      await page.getByLabel('Password', { exact: true }).fill('not the password of anybody');
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await attempt();
    await alert.getByText('The e-mail address or the password is wrong.').waitFor();
    expect(await page.locator(':focus').getAttribute('id')).toBe('password');
    await attempt();
    await attempt();
    await alert.getByText(/Try again in \d+ minutes\.$/).waitFor();
    expect(trouble).toEqual({ outside: [], errors: [] });
  });

  it('goes to the address where the cookie works when it is opened under another name of this computer', async () => {
    const { page } = await openExplorer(browser);
    await page.goto('http://127.0.0.1:4000/explorer');
    await page.waitForURL(`${TEST_ISSUER}/explorer`);
    await signInOnPage(page, admin);
    expect(await page.getByRole('banner').textContent()).toContain(admin.email);
  });

  it('explains where to go when it is opened anywhere else', async () => {
    const { page } = await openExplorer(browser);
    await page.goto(`${app.origin}/explorer`);
    await page.getByText(`You opened ${app.origin}, but Signet lives at`).waitFor();
    expect(await page.getByRole('link', { name: TEST_ISSUER }).getAttribute('href')).toBe(
      `${TEST_ISSUER}/explorer`,
    );
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('form [role="alert"]').getByText('SIGNET_ALLOWED_ORIGINS').waitFor();
  });

  it('says when Signet cannot be reached, and tries again', async () => {
    const { page } = await openExplorer(browser);
    await page.route('**/graphql', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading', { name: 'Signet is not reachable' }).waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await signInOnPage(page, admin);
    expect(await page.getByRole('banner').textContent()).toContain(admin.email);
  });
});
