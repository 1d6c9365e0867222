import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  describeInBrowser,
  openBrowser,
  openExplorer,
  run,
  signInOnPage,
  takePicture,
  writeOperation,
} from '../support/browser.js';
import type { Person } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LOOKS: [name: string, options: BrowserContextOptions][] = [
  ['1440-light', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }],
  ['1440-dark', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }],
  ['390-light', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
  ['390-dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
];

describeInBrowser('how the explorer looks', () => {
  let app: TestApp;
  let browser: Browser;
  let admin: Person;
  let axe: string;
  beforeAll(async () => {
    app = await startTestApp({ SIGNET_INTROSPECTION: 'off' });
    browser = await openBrowser(app);
    admin = await app.given.administrator();
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  /** Rules of accessibility that a part of the page breaks, with the elements. */
  const faults = async (page: Page, part: string): Promise<string[]> => {
    await page.evaluate(axe);
    return page.evaluate(
      `axe.run(${JSON.stringify(part)}).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
    );
  };
  const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const isTooWide = (page: Page) => page.evaluate('document.documentElement.scrollWidth > innerWidth');
  const open = async (page: Page, pane: string) => {
    const show = page.getByRole('button', { name: `Show ${pane}` });
    if (await show.count()) await show.click();
  };

  it.each(LOOKS)('is accessible and fits, from the form to an answer: %s', async (name, options) => {
    const { page } = await openExplorer(browser, options);
    await page.getByLabel('E-mail').waitFor();
    expect(await faults(page, 'body')).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password of anybody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('form [role="alert"]').getByText('wrong').waitFor();
    expect(await faults(page, 'body')).toEqual([]);
    await takePicture(page, `sign-in-${name}`);

    await signInOnPage(page, admin);
    expect(await faults(page, 'header.top')).toEqual([]);
    await page.getByRole('tab', { name: 'WhyCanSheRefund' }).click();
    await run(page);
    expect(await faults(page, '.last-answer')).toEqual([]);
    await takePicture(page, `answer-${name}`);
    await open(page, 'Daily tasks');
    expect(await faults(page, '.tasks')).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await takePicture(page, `tasks-${name}`);
  });

  it('follows the system, or what somebody chose, also before signing in', async () => {
    const { page } = await openExplorer(browser, { colorScheme: 'light' });
    const light = await background(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background(page);
    expect(dark).not.toBe(light);

    await signInOnPage(page, admin);
    await page.getByRole('button', { name: 'Open settings dialog' }).click();
    await page.getByRole('button', { name: 'Light' }).click();
    expect(await background(page)).toBe(light);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.reload();
    await page.getByLabel('E-mail').waitFor();
    expect(await background(page)).toBe(light);
  });

  it('shows the documentation of the schema, also where introspection is off', async () => {
    const { page, trouble } = await openExplorer(browser);
    await signInOnPage(page, admin);
    await open(page, 'Documentation Explorer');
    await page
      .getByRole('link', { name: 'Query' })
      .or(page.getByText('Query', { exact: true }))
      .first()
      .click();
    await page.getByText('Who is signed in; null without an access token.').waitFor();
    await takePicture(page, 'docs');
    expect(trouble).toEqual({ outside: [], errors: [] });
  });

  it('completes and checks operations by the schema, with help of its own workers', async () => {
    const { page, trouble } = await openExplorer(browser);
    await signInOnPage(page, admin);
    await writeOperation(page, 'query Me { viewer { nickname } }');
    await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
    await writeOperation(page, 'query Me { viewer { ');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget').getByText('emailVerified').first().waitFor();
    await takePicture(page, 'suggestions');
    expect(trouble).toEqual({ outside: [], errors: [] });
  });

  it('can be signed in to, run and signed out of by the keyboard alone', async () => {
    const { page } = await openExplorer(browser);
    await page.locator('#email:focus').waitFor();
    await page.keyboard.type(admin.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(admin.password);
    await page.keyboard.press('Enter');
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await page.keyboard.press('Shift+Tab');
    const signOut = page.getByRole('button', { name: 'Sign out' });
    await signOut.and(page.locator(':focus')).waitFor();
    expect(await signOut.evaluate('(button) => getComputedStyle(button).outlineStyle')).not.toBe('none');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
