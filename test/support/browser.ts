import { mkdir } from 'node:fs/promises';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/find-chromium.js';
import { TEST_ISSUER, type TestApp } from './test-app.js';

const executablePath = findChromium();
const SKIPPED =
  'SKIPPED: no Chromium was found for the tests of the explorer. Install it: apt-get install chromium';

/** Without a Chromium these tests are skipped, aloud; where CI=true they fail instead. */
export const describeInBrowser = executablePath || process.env['CI'] === 'true' ? describe : describe.skip;
if (!executablePath) process.stderr.write(`${SKIPPED}\n`);

/** What should never happen on a page, whatever it is used for. */
export interface Trouble {
  /** Requests that left the origin. */
  outside: string[];
  /** Errors and breaches of the policy, as the console tells them, and exceptions. */
  errors: string[];
}

export interface Tab {
  page: Page;
  trouble: Trouble;
}

/** A real Chromium for which the issuer's address is the app under test, and no other address exists. */
export async function openBrowser(app: TestApp): Promise<Browser> {
  if (!executablePath) throw new Error(SKIPPED);
  const { host } = new URL(app.origin);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      `--host-resolver-rules=MAP ${new URL(TEST_ISSUER).host} ${host}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  });
}

/** A tab in a browser profile of its own, at the explorer. */
export async function openExplorer(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const tab = watch(await context.newPage());
  await tab.page.goto(`${TEST_ISSUER}/explorer`);
  return tab;
}

/** Notes what goes wrong on a page from now on. */
export function watch(page: Page): Tab {
  const trouble: Trouble = { outside: [], errors: [] };
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== TEST_ISSUER) trouble.outside.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => trouble.errors.push(String(error)));
  return { page, trouble };
}

export async function signInOnPage(page: Page, person: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
}

/** Puts an operation into a new tab of the explorer. */
export async function writeOperation(page: Page, query: string, variables = ''): Promise<void> {
  await page.getByRole('button', { name: 'New tab' }).click();
  await fillEditor(page, '.graphiql-query-editor', query);
  if (variables) await fillEditor(page, '.graphiql-editor-tool', variables);
}

/** Replaces what stands in an editor, by pasting, so that it closes no bracket by itself. */
async function fillEditor(page: Page, place: string, text: string): Promise<void> {
  await page.locator(`${place} .monaco-editor`).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/** Runs the operation of the open tab, and reads the answer. */
export async function run(page: Page): Promise<any> {
  const answer = page.waitForResponse((response) => response.url().endsWith('/graphql'));
  await page.getByRole('button', { name: /Execute query/ }).click();
  return (await answer).json();
}

/** Keeps a picture of the page, for people. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir('test-artifacts', { recursive: true });
  await page.screenshot({ path: `test-artifacts/${name}.png` });
}
