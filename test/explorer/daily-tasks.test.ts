import type { Browser, Page } from 'playwright-core';
import {
  describeInBrowser,
  openBrowser,
  openExplorer,
  run,
  signInOnPage,
  untilStored,
  type Tab,
} from '../support/browser.js';
import type { Person } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const READY = ['FindUser', 'WhyCanSheRefund', 'WhoHolds', 'GrantForAWeek', 'Revoke', 'LastChanges'];
const WEEK_MS = 7 * 24 * 3600 * 1000;

describeInBrowser('the daily tasks of the explorer', () => {
  let app: TestApp;
  let browser: Browser;
  let admin: Person;
  let ada: Person;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    app = await startTestApp();
    browser = await openBrowser(app);
    admin = await app.given.administrator();
    await ask('mutation ($input: RegisterServiceInput!) { registerService(input: $input) { __typename } }', {
      slug: 'orders',
      name: 'Orders',
      permissions: [{ name: 'read' }, { name: 'refund', description: 'Give money back.' }],
      roles: [{ name: 'Order clerk', permissions: ['read', 'refund'] }],
    });
  });
  beforeEach(async () => {
    ada = await app.given.user({ name: 'Ada Byron' });
    tab = await openExplorer(browser);
    ({ page } = tab);
    await signInOnPage(page, admin);
  });
  afterEach(() => page.context().close());
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const ask = async (query: string, input: object) =>
    (await app.client.send<any, object>(query, { input }, { token: admin.accessToken })).data;
  const choose = async (person: Person) => {
    await page.getByLabel('Person').fill(person.email);
    await page.getByText(`${person.name} is chosen.`).waitFor();
  };
  const open = (title: string) => page.getByRole('button', { name: title, exact: false }).click();

  it('are there as tabs at the first visit, filled in so that what only reads runs at once', async () => {
    expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual(READY);
    for (const name of ['FindUser', 'WhyCanSheRefund', 'WhoHolds', 'LastChanges']) {
      await page.getByRole('tab', { name }).click();
      const { data, errors } = await run(page);
      expect([name, errors]).toEqual([name, undefined]);
      expect(Object.values(data)).not.toEqual([null]);
    }
    expect(tab.trouble).toEqual({ outside: [], errors: [] });
  });

  it('change nothing before somebody has said for whom', async () => {
    const grants = () => app.sql('SELECT id FROM permission_grants');
    const before = await grants();
    for (const name of ['GrantForAWeek', 'Revoke']) {
      await page.getByRole('tab', { name }).click();
      const { data, errors } = await run(page);
      const result = Object.values<any>(data ?? {})[0];
      expect(result?.fields ?? errors).toHaveLength(1);
    }
    expect(await grants()).toEqual(before);
  });

  it('grant for a week, say why she can, find her, and revoke', async () => {
    await choose(ada);
    await open('Grant for a week');
    const { grant } = (await run(page)).data.grantPermission;
    expect(grant).toMatchObject({ user: { name: ada.name }, permission: { name: 'orders:refund' } });
    expect(new Date(grant.expiresAt).getTime() / 1000).toBeCloseTo((Date.now() + WEEK_MS) / 1000, -2);

    await open('Grant a role for a week');
    expect((await run(page)).data.grantRole.grant.role).toEqual({ name: 'Order clerk' });

    await open('Why can she refund?');
    const { permissionCheck } = (await run(page)).data;
    expect(permissionCheck).toMatchObject({ allowed: true, user: { email: ada.email } });
    expect(permissionCheck.paths).toHaveLength(2);
    expect(permissionCheck.paths[0].grantedBy).toEqual({ name: admin.name });

    await open('Who holds a permission?');
    const { holders } = (await run(page)).data.permission;
    expect(holders.edges.map(({ node }: any) => node.email)).toContain(ada.email);

    await open('Find a user');
    expect((await run(page)).data.users.edges).toEqual([
      { node: expect.objectContaining({ id: ada.id, roles: [{ name: 'Order clerk' }] }) },
    ]);

    await open('Revoke a permission');
    expect((await run(page)).data.revokePermission.stillHeldBy).toMatchObject([
      { role: { name: 'Order clerk' } },
    ]);
    await open('Revoke a role');
    expect((await run(page)).data.revokeRole.user).toMatchObject({ roles: [], permissions: [] });

    await open('Last changes');
    expect((await run(page)).data.auditEvents.edges[0].node).toMatchObject({ type: 'role.revoked' });

    await open('Suspend an account');
    expect((await run(page)).data.suspendUser.user).toEqual({ name: ada.name, status: 'SUSPENDED' });
    expect(tab.trouble).toEqual({ outside: [], errors: [] });
  });

  it('come back after their tab was closed, and leave alone what somebody made of it', async () => {
    await page.getByRole('tab', { name: 'WhoHolds' }).hover();
    await page.getByRole('tab', { name: 'WhoHolds' }).click();
    await page.locator('.graphiql-tab-active').getByRole('button', { name: 'Close Tab' }).click();
    const whoHolds = page.getByRole('tab', { name: 'WhoHolds' });
    await whoHolds.waitFor({ state: 'detached' });
    await open('Who holds a permission?');
    await whoHolds.waitFor();
    expect((await run(page)).data.permission.name).toBe('orders:refund');

    await page.locator('.graphiql-query-editor .monaco-editor').click();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.insertText('# My own version.\n');
    await untilStored(page, 'My own version.');
    await page.getByRole('tab', { name: 'FindUser' }).click();
    await untilStored(page, 'activeTabIndex\\":0');
    await open('Who holds a permission?');
    await whoHolds.nth(1).waitFor();
    expect(await whoHolds.count()).toBe(2);
  });

  it('say which permission somebody lacks for them', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signInOnPage(page, ada);
    const task = (name: string) => page.getByRole('button', { name }).textContent();
    expect(await task('Find a user')).toContain('You lack signet:users.read');
    expect(await task('Grant for a week')).toContain('You lack signet:permissions.manage');

    await ask('mutation ($input: GrantPermissionInput!) { grantPermission(input: $input) { __typename } }', {
      userId: ada.id,
      permission: 'orders:permissions.manage',
    });
    await page.reload();
    await page.getByRole('heading', { name: 'Daily tasks' }).waitFor();
    expect(await task('Grant for a week')).not.toContain('You lack');
    expect(await task('Who holds a permission?')).toContain('You lack signet:permissions.read');
    await page.getByRole('tab', { name: 'WhyCanSheRefund' }).click();
    expect((await run(page)).errors).toBeUndefined();
  });

  it('are renewed when a week has passed since they were made', async () => {
    await page.clock.install({ time: Date.now() + 8 * 24 * 3600 * 1000 });
    await page.reload();
    await page.getByRole('tab', { name: 'GrantForAWeek' }).click();
    await page.locator('.graphiql-editor-tool').getByText('expiresAt').waitFor();
    const variables = await page.locator('.graphiql-editor-tool .view-lines').textContent();
    const [at] = /\d{4}-\d\d-\d\dT[^"]*/.exec(variables!.replaceAll(' ', ''))!;
    expect(new Date(at!).getTime()).toBeGreaterThan(Date.now() + 14 * 24 * 3600 * 1000);
  });
});
