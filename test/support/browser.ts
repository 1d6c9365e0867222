import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { jest } from '@jest/globals';
import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type Page,
  type Response,
} from 'playwright-core';
import { findChromium } from '../../scripts/find-chromium.js';
import { SLOW_TEST_MS, until } from './run-signet.js';
import { TEST_ISSUER, type TestApp } from './test-app.js';

const executablePath = findChromium();
const MISSING = 'There is no Chromium for the tests of pages. Install it: apt-get install chromium';

/** Without a Chromium these tests are skipped, aloud; where CI=true they fail instead. */
export const describeInBrowser = executablePath || process.env['CI'] === 'true' ? describe : describe.skip;
// A page is a big program, and the machine may be busy: nothing waits so long when all is well.
jest.setTimeout(SLOW_TEST_MS);
const DEADLINE_MS = SLOW_TEST_MS / 3;
if (!executablePath) process.stderr.write(`SKIPPED. ${MISSING}\n`);

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

/**
 * A real Chromium for which the issuer's address is the app under test, and no other address exists.
 * @param others hosts, with their ports, that exist too
 */
export async function openBrowser(app: TestApp, others: readonly string[] = []): Promise<Browser> {
  if (!executablePath) throw new Error(MISSING);
  const [issuer, here] = [new URL(TEST_ISSUER), new URL(app.origin)];
  const known = [here.host, ...others].map((host) => `MAP ${host} ${host}`);
  const names = ['localhost', '127.0.0.1'].map((name) => `MAP ${name}:${issuer.port} ${here.host}`);
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', `--host-resolver-rules=${[...names, ...known].join(', ')}, MAP * ~NOTFOUND`],
  });
}

/** A tab in a browser profile of its own, at the explorer. */
export async function openExplorer(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(DEADLINE_MS);
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

export interface SentOperation {
  operationName: string | undefined;
  authorization: string | undefined;
}

/** Notes what a page sends to the subgraph from now on, in order. */
export function recordOperations(page: Page): SentOperation[] {
  const sent: SentOperation[] = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/graphql')) return;
    const { operationName } = request.postDataJSON() as SentOperation;
    sent.push({ operationName, authorization: request.headers()['authorization'] });
  });
  return sent;
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
  const before = await page.locator('.last-answer').textContent();
  const answers: Promise<unknown>[] = [];
  const note = (response: Response) => {
    if (!response.url().endsWith('/graphql')) return;
    const { operationName } = response.request().postDataJSON() as SentOperation;
    if (operationName !== 'Refresh') answers.push(response.json());
  };
  page.on('response', note);
  await page.getByRole('button', { name: /Execute query/ }).click();
  // It shows the request's id, which is another one each time.
  await page.locator('.last-answer').filter({ hasNotText: before! }).waitFor();
  page.off('response', note);
  return answers.at(-1);
}

/** All that the page has left in the browser. */
export function readStorage(page: Page): Promise<string> {
  return page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
}

/** Tabs are kept a moment after they have changed. */
export async function untilStored(page: Page, text: string): Promise<void> {
  await until(`${text} is stored`, async () => (await readStorage(page)).includes(text));
}

/** Keeps a picture of the page, for people. */
export async function takePicture(
  page: Page,
  name: string,
  options: { fullPage?: boolean } = {},
): Promise<void> {
  await mkdir(dirname(`test-artifacts/${name}`), { recursive: true });
  await page.screenshot({ path: `test-artifacts/${name}.png`, ...options });
}
