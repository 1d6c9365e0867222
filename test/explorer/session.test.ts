import type { Browser, Page } from 'playwright-core';
import {
  describeInBrowser,
  openBrowser,
  openExplorer,
  readStorage,
  recordOperations,
  run,
  signInOnPage,
  untilStored,
  writeOperation,
} from '../support/browser.js';
import type { Person } from '../support/given.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

const ACCESS_TOKEN_SECONDS = 300;
const VIEWER = 'query Me { viewer { id } }';

describeInBrowser('the session of the explorer', () => {
  let app: TestApp;
  let browser: Browser;
  let ada: Person;
  let page: Page;
  beforeAll(async () => {
    app = await startTestApp({ SIGNET_ACCESS_TOKEN_SECONDS: String(ACCESS_TOKEN_SECONDS) });
    browser = await openBrowser(app);
  });
  beforeEach(async () => {
    ada = await app.given.user();
    ({ page } = await openExplorer(browser));
  });
  afterEach(() => page.context().close());
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const isOnForm = (at: Page) => at.getByRole('heading', { name: 'Sign in' }).waitFor();
  const livingSessions = async () =>
    (await app.sql('SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [ada.id])).length;

  it('survives a reload', async () => {
    await signInOnPage(page, ada);
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await writeOperation(page, VIEWER);
    expect(await run(page)).toEqual({ data: { viewer: { id: ada.id } } });
  });

  it('gets a new access token by itself before the old one expires', async () => {
    await page.clock.install();
    await signInOnPage(page, ada);
    const sent = recordOperations(page);
    const refreshed = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    await page.clock.fastForward(ACCESS_TOKEN_SECONDS * 0.81 * 1000);
    expect(await (await refreshed).json()).toMatchObject({ data: { refresh: { user: { id: ada.id } } } });
    expect(sent).toEqual([{ operationName: 'Refresh', authorization: undefined }]);
  });

  it('is not kept alive by a page that nobody looks at', async () => {
    await page.addInitScript(
      `Object.defineProperty(document, 'hidden', { get: () => sessionStorage.getItem('hidden') !== null })`,
    );
    await page.reload();
    await page.clock.install();
    await signInOnPage(page, ada);
    const sent = recordOperations(page);
    await page.evaluate(`sessionStorage.setItem('hidden', 'yes')`);
    await page.clock.fastForward(ACCESS_TOKEN_SECONDS * 0.81 * 1000);
    expect(sent).toEqual([]);

    const refreshed = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    await page.evaluate(
      `sessionStorage.removeItem('hidden'); document.dispatchEvent(new Event('visibilitychange'))`,
    );
    await refreshed;
    expect(sent.map(({ operationName }) => operationName)).toEqual(['Refresh']);
  });

  it('gets a new access token when the old one is refused, and sends the operation again', async () => {
    await signInOnPage(page, ada);
    await writeOperation(page, VIEWER);
    app.clock.advance(ACCESS_TOKEN_SECONDS + 60);
    const sent = recordOperations(page);
    expect(await run(page)).toEqual({ data: { viewer: { id: ada.id } } });
    expect(sent.map(({ operationName }) => operationName)).toEqual(['Me', 'Refresh', 'Me']);
    expect(sent[2]!.authorization).not.toBe(sent[0]!.authorization);
  });

  it('is refreshed once, however many are refused at once', async () => {
    await signInOnPage(page, ada);
    await writeOperation(page, VIEWER);
    app.clock.advance(ACCESS_TOKEN_SECONDS + 60);
    const sent = recordOperations(page);
    const schema = page.waitForResponse(
      (response) => response.url().endsWith('schema.graphql') && response.ok(),
    );
    await page.getByRole('button', { name: /Re-fetch GraphQL schema/ }).click();
    expect(await run(page)).toEqual({ data: { viewer: { id: ada.id } } });
    await schema;
    expect(sent.filter(({ operationName }) => operationName === 'Refresh')).toHaveLength(1);
  });

  it('sends no mutation again of which a part may have happened', async () => {
    await signInOnPage(page, ada);
    const change = (name: string) => `updateProfile(input: { name: "${name}" }) { __typename }`;
    await writeOperation(page, `mutation Twice { one: ${change('One')} two: ${change('Two')} }`);
    app.clock.advance(ACCESS_TOKEN_SECONDS + 60);
    const sent = recordOperations(page);
    expect((await run(page)).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(sent.map(({ operationName }) => operationName)).toEqual(['Twice', 'Refresh']);
    expect(await run(page)).toMatchObject({ data: { two: { __typename: 'UpdateProfileSuccess' } } });
  });

  it('asks to sign in again when it has been ended elsewhere, and gives the tabs back then', async () => {
    await signInOnPage(page, ada);
    await writeOperation(page, VIEWER);
    await untilStored(page, 'query Me');
    await app.sql('UPDATE sessions SET ended_at = now() WHERE user_id = $1', [ada.id]);
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.getByText('Your session has ended.').waitFor();
    await signInOnPage(page, ada);
    expect(await page.getByRole('tab', { name: 'Me' }).getAttribute('aria-selected')).toBe('true');
  });

  it('ends when somebody signs out, in all tabs and on the server', async () => {
    const before = await livingSessions();
    await signInOnPage(page, ada);
    const other = await page.context().newPage();
    await other.goto(`${TEST_ISSUER}/explorer`);
    await other.locator('.graphiql-query-editor .view-line').first().waitFor();
    expect(await livingSessions()).toBe(before + 1);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await isOnForm(page);
    await isOnForm(other);
    expect(await livingSessions()).toBe(before);
    expect(await page.context().cookies()).toEqual([]);
    await page.reload();
    await isOnForm(page);
  });

  it('stays, and says so, when signing out does not reach the server', async () => {
    await signInOnPage(page, ada);
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are still signed in: Signet could not be reached.').waitFor();
    expect(await livingSessions()).toBe(2);
  });

  it('never runs as somebody else who has signed in in another tab', async () => {
    const bob = await app.given.user();
    await signInOnPage(page, ada);
    await writeOperation(
      page,
      'mutation Rename { updateProfile(input: { name: "Renamed" }) { __typename } }',
    );
    const other = await page.context().newPage();
    await other.goto(`${TEST_ISSUER}/explorer`);
    await other.locator('.graphiql-query-editor .view-line').first().waitFor();
    await writeOperation(
      other,
      `mutation Enter { login(input: { email: "${bob.email}", password: "${bob.password}", tokenDelivery: COOKIE }) { __typename } }`,
    );
    expect(await run(other)).toEqual({ data: { login: { __typename: 'LoginSuccess' } } });

    app.clock.advance(ACCESS_TOKEN_SECONDS + 60);
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.getByRole('banner').getByText(bob.email).waitFor();
    const names = await app.sql<{ name: string }>('SELECT name FROM users WHERE name = $1', ['Renamed']);
    expect(names).toEqual([]);
  });

  it('shows no credential to scripts, to storage, or to credential mutations', async () => {
    const sent = recordOperations(page);
    await signInOnPage(page, ada);
    await writeOperation(
      page,
      `mutation Enter { login(input: { email: "${ada.email}", password: "${ada.password}" }) { ... on LoginSuccess { tokens { accessToken refreshToken } } } }`,
    );
    const { tokens } = (await run(page)).data.login;
    await writeOperation(page, VIEWER);
    await run(page);
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();

    for (const { operationName, authorization } of sent)
      expect([operationName, Boolean(authorization)]).toEqual([
        operationName,
        !['SignIn', 'Refresh', 'Enter'].includes(operationName!),
      ]);
    expect(sent.map(({ operationName }) => operationName)).toEqual(
      expect.arrayContaining(['SignIn', 'Refresh', 'Enter', 'Me']),
    );
    expect(await page.evaluate('document.cookie')).toBe('');
    const stored = await readStorage(page);
    expect(stored).toContain(ada.email);
    for (const secret of [ada.password, tokens.accessToken, tokens.refreshToken, 'eyJ'])
      expect(stored).not.toContain(secret);
    expect(await page.context().cookies()).toEqual([
      expect.objectContaining({
        name: '__Host-signet-refresh',
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
      }),
    ]);
  });
});
