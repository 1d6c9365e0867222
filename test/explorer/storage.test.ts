import type { Browser, Page } from 'playwright-core';
import {
  describeInBrowser,
  openBrowser,
  openExplorer,
  readStorage,
  run,
  signInOnPage,
  untilStored,
  writeOperation,
} from '../support/browser.js';
import type { Person } from '../support/given.js';
import { until } from '../support/run-signet.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Tabs as they are kept, whoever's they are. */
const keptTabs = (page: Page): Promise<object> =>
  page.evaluate(
    `Object.entries(localStorage).filter(([key]) => key.endsWith('tabState')).map(([, text]) => JSON.parse(text))`,
  );

const SECRET = 'four green hedgehogs whistle';

describeInBrowser('what the explorer keeps in the browser', () => {
  let app: TestApp;
  let browser: Browser;
  let ada: Person;
  let page: Page;
  beforeAll(async () => {
    app = await startTestApp();
    browser = await openBrowser(app);
  });
  beforeEach(async () => {
    ada = await app.given.user();
    ({ page } = await openExplorer(browser));
    await signInOnPage(page, ada);
  });
  afterEach(() => page.context().close());
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const CHANGE = '{ __typename ... on IdentityProblem { code } }';
  it.each<[where: string, name: string, query: string, variables: string]>([
    [
      'the operation',
      'Literal',
      `mutation Literal { changePassword(input: { currentPassword: "${SECRET}", newPassword: """${SECRET}""" }) ${CHANGE} }`,
      '',
    ],
    [
      'variables',
      'Variables',
      `mutation Variables($input: ChangePasswordInput!) { changePassword(input: $input) ${CHANGE} }`,
      `{ "input": { "currentPassword": "${SECRET}", "newPassword": "a \\" ${SECRET}" } }`,
    ],
    [
      'a variable of any name',
      'Named',
      `mutation Named($one: String!, $two: String = "${SECRET}") { changePassword(input: { currentPassword: $one, newPassword: $two }) ${CHANGE} }`,
      `{ "one": "${SECRET}" }`,
    ],
    [
      'a text that is still being typed',
      'Unfinished',
      `mutation Unfinished { login(input: { password: "${SECRET}`,
      '',
    ],
  ])('is no password from %s, in no tab and no history', async (_where, name, query, variables) => {
    await writeOperation(page, query, variables);
    if (name !== 'Unfinished') await run(page);
    await untilStored(page, name);
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    const stored = await readStorage(page);
    expect(stored).toContain(name);
    for (const word of SECRET.split(' ')) expect(stored).not.toContain(word);
  });

  it('is the open tab with its variables, and the history', async () => {
    await writeOperation(page, 'query Mine($id: ID!) { user(id: $id) { name } }', `{ "id": "${ada.id}" }`);
    await run(page);
    await until('the tab is kept', async () =>
      JSON.stringify(await keptTabs(page)).includes(`"{ \\"id\\": \\"${ada.id}\\" }"`),
    );
    await page.reload();
    const tab = page.getByRole('tab', { name: 'Mine' });
    await tab.waitFor();
    expect(await tab.getAttribute('aria-selected')).toBe('true');
    await page.getByRole('button', { name: 'Show History' }).click();
    await page.getByRole('button', { name: 'Mine', exact: true }).waitFor();
    expect(await run(page)).toEqual({ data: { user: { name: ada.name } } });
  });

  it('is apart for everybody who signs in here', async () => {
    await writeOperation(page, 'query OnlyAda { viewer { id } }');
    await untilStored(page, 'query OnlyAda');
    await page.getByRole('button', { name: 'Sign out' }).click();
    const bob = await app.given.user();
    await signInOnPage(page, bob);
    expect(await page.getByRole('tab', { name: 'OnlyAda' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signInOnPage(page, ada);
    await page.getByRole('tab', { name: 'OnlyAda' }).waitFor();
  });

  it('is nothing after "Clear data", but for the theme', async () => {
    await writeOperation(page, 'query Mine { viewer { id } }');
    await untilStored(page, 'query Mine');
    await page.getByRole('button', { name: 'Open settings dialog' }).click();
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Clear data' }).click();
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual(['signet-explorer:theme']);
  });
});
