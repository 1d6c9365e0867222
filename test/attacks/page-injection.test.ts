import type { Browser } from 'playwright-core';
import { describeInBrowser, openBrowser, watch } from '../support/browser.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor, type Shown } from '../support/visitor.js';

const CANARY = `"'><img src=x onerror="window.canary=1"><script>window.canary=1</script>{{7*7}}<%= 7*7 %>\${7*7}`;

let app: TestApp;
let shop: RelyingParty;
let ledger: RelyingParty;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_BRAND_NAME: `<b>&"'</b>` });
  const admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
  ledger = await startRelyingParty(app, admin, 'ledger', { firstParty: false });
  // Whatever a form may refuse today: what stands in the database is text.
  await app.sql('UPDATE oauth_clients SET name = $1', [CANARY]);
  await app.sql('UPDATE services SET name = $1', [CANARY]);
  await app.sql('UPDATE permissions SET description = $1', [CANARY]);
});
afterAll(async () => {
  await shop?.close();
  await ledger?.close();
  await app.close();
});

/** Shown as it is, and taken for nothing. */
function expectText(page: Shown, text: string): void {
  expect(page.text).toContain(text);
  expectNoMarkup(page);
}

function expectNoMarkup(page: Shown): void {
  expect(page.html).not.toMatch(/<img src=x|<script>|<b>|onerror="/);
  expect(page.html).not.toMatch(/(?<![\d%*])49(?!\d)/);
}

async function person() {
  const ada = await app.given.user();
  await app.sql('UPDATE users SET name = $2 WHERE id = $1', [ada.id, CANARY]);
  return ada;
}

describe('injection into pages (XSS)', () => {
  it('names of clients and of the brand are text', async () => {
    const page = await new Visitor(app).open(shop.signInUrl());
    expectText(page, CANARY);
    expectText(page, `<b>&"'</b>`);
  });

  it('login_hint is the value of a field', async () => {
    const page = await new Visitor(app).open(shop.signInUrl({ login_hint: CANARY }));
    expectNoMarkup(page);
    expect(page.html).toContain('value="&quot;&#39;&gt;&lt;img src=x');
  });

  it('what was typed comes back as text', async () => {
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    expectNoMarkup(await visitor.send(form, { email: CANARY, password: 'a wrong guess' }));
    const signUp = await visitor.open(form.url.pathname.replace('sign-in', 'sign-up'));
    expectNoMarkup(await visitor.send(signUp, { name: CANARY, email: CANARY, password: CANARY }));
  });

  it('so is everything that a question of consent is made of', async () => {
    const visitor = new Visitor(app);
    const ada = await person();
    await app.sql('UPDATE user_emails SET email = $2 WHERE user_id = $1', [ada.id, CANARY]);
    const form = await visitor.open(ledger.signInUrl({ scope: 'openid ledger:read' }));
    const page = await visitor.send(form, { email: ada.email, password: ada.password });
    expectText(page, `Signed in as ${CANARY}`);
    expect(page.text).toContain(`${CANARY} would like to`);
  });

  it.each([
    ['an error of the protocol', { client_id: CANARY }],
    ['a wrong redirect', { redirect_uri: `https://evil.example/${CANARY}` }],
    ['a language', { ui_locales: CANARY, client_id: 'nobody' }],
  ])('%s shows nothing of what came in', async (_what, parameters) => {
    const page = await new Visitor(app).open(shop.signInUrl(parameters as Record<string, string>));
    expectNoMarkup(page);
    expect(page.html).not.toContain('canary');
  });

  it('an error that the service is told of is data in the address of the service', async () => {
    const back = await new Visitor(app).open(
      shop.signInUrl({ scope: `openid ${CANARY.replaceAll(' ', '')}`, state: CANARY }),
    );
    expect(back.url.origin === shop.origin || back.url.origin === TEST_ISSUER).toBe(true);
    expectNoMarkup(back);
  });

  it.each(['sign-in', 'sign-up', 'consent'])('the address of /%s/… is not on the page', async (page) => {
    const shown = await new Visitor(app).open(`${TEST_ISSUER}/${page}/${encodeURIComponent(CANARY)}`);
    expect(shown.status).toBe(410);
    expect(shown.html).not.toContain('canary');
  });

  it('a request id that somebody sends is a request id, or another one is made', async () => {
    const shown = await new Visitor(app, { 'x-request-id': '"><script>canary' }).open(
      `${TEST_ISSUER}/sign-in/x`,
    );
    expect(shown.html).not.toContain('canary');
  });
});

describeInBrowser('injection into pages, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(app, [new URL(shop.origin).host, new URL(ledger.origin).host]);
  });
  afterAll(() => browser?.close());

  it('runs nothing and asks nobody, on the way from the form to the consent', async () => {
    const ada = await person();
    const { page, trouble } = watch(await browser.newPage());
    await page.goto(ledger.signInUrl({ scope: 'openid ledger:read', login_hint: CANARY }));
    expect(await page.getByRole('heading').count()).toBe(1);
    await page.locator('#email').fill(ada.email);
    await page.locator('#password').fill(ada.password);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Agree', exact: true }).waitFor();
    expect(await page.evaluate('window.canary')).toBeUndefined();
    expect(trouble).toEqual({ outside: [], errors: [] });
  });
});
