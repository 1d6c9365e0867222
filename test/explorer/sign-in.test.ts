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
import { startTestApp, type TestApp } from '../support/test-app.js';

describeInBrowser('signing in to the explorer', () => {
  let app: TestApp;
  let browser: Browser;
  let admin: Person;
  beforeAll(async () => {
    app = await startTestApp();
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
    await writeOperation(page, '{ viewer { id email } }');
    expect(await run(page)).toEqual({ data: { viewer: { id: admin.id, email: admin.email } } });
    expect(trouble).toEqual({ outside: [], errors: [] });
  });
});
