import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, openBrowser, takePicture } from '../support/browser.js';
import type { Person } from '../support/given.js';
import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { startStaticSite, type StaticSite } from '../support/static-site.js';

const PAGES = 'examples/services/single-page';
const LIBRARY = 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js';

/** What the page has of who is signed in. */
const userOf = (page: Page) =>
  page.evaluate('manager.getUser().then((user) => user && { ...user, profile: user.profile })') as Promise<{
    access_token: string;
    refresh_token: string;
    profile: Record<string, unknown>;
  } | null>;

describeInBrowser('oidc-client-ts on a page of another origin', () => {
  let app: ReachableApp;
  let site: StaticSite;
  let browser: Browser;
  let ada: Person;
  let clientId = '';
  beforeAll(async () => {
    app = await startReachableApp();
    ada = await app.given.user();
    site = await startStaticSite({
      '/': `${PAGES}/index.html`,
      '/app.js': `${PAGES}/app.js`,
      '/oidc-client-ts.min.js': LIBRARY,
    });
    const shop = await givenClients(app);
    const here = `${site.origin}/`;
    ({ clientId } = await shop.add({ type: 'SPA', redirectUris: [here], postLogoutRedirectUris: [here] }));
    browser = await openBrowser(app, [new URL(site.origin).host, new URL(app.issuer).host]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await app?.close();
  });

  async function open() {
    const context = await browser.newContext();
    await context.addInitScript(
      `globalThis.SIGNET_ISSUER = ${JSON.stringify(app.issuer)}; globalThis.SIGNET_CLIENT_ID = ${JSON.stringify(clientId)};`,
    );
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
    page.on('pageerror', (error) => void errors.push(String(error)));
    await page.goto(`${site.origin}/`);
    return { page, errors };
  }

  it('signs in, renews by its refresh token without a frame, and signs out to where it was', async () => {
    const { page, errors } = await open();
    const status = page.getByRole('status');
    await status.filter({ hasText: 'Not signed in' }).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await status.filter({ hasText: `Signed in as ${ada.name}` }).waitFor();
    await takePicture(page, 'services/single-page');
    expect(new URL(page.url()).search).toBe('');
    const before = (await userOf(page))!;
    expect(before.profile).toMatchObject({ sub: ada.id, email: ada.email });

    await page.evaluate('manager.signinSilent()');
    const after = (await userOf(page))!;
    expect(after.refresh_token).not.toBe(before.refresh_token);
    expect(page.frames()).toHaveLength(1);
    const asked = `fetch(${JSON.stringify(`${app.issuer}/oidc/userinfo`)}, { headers: { authorization: 'Bearer ${after.access_token}' } })`;
    expect(await page.evaluate(`${asked}.then((answer) => answer.json())`)).toMatchObject({ sub: ada.id });
    await page.evaluate(`manager.revokeTokens(['refresh_token'])`);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: /Sign out/ }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await status.filter({ hasText: 'Not signed in' }).waitFor();
    expect(await userOf(page)).toBeNull();
    expect(errors).toEqual([]);
  });

  it('may ask from where its people come back to, and nobody else from a page', async () => {
    const ask = (origin: string, method = 'POST') =>
      fetch(`${app.issuer}/oidc/token`, {
        method,
        headers: {
          origin,
          ...(method === 'OPTIONS'
            ? { 'access-control-request-method': 'POST', 'access-control-request-headers': 'dpop' }
            : {}),
        },
        ...(method === 'POST'
          ? {
              body: new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, code: 'x' }),
            }
          : {}),
      });
    const allowed = async (response: Promise<Response>) =>
      (await response).headers.get('access-control-allow-origin');
    expect(await allowed(ask(site.origin))).toBe(site.origin);
    expect(await allowed(ask('https://evil.example'))).toBeNull();
    // No client is known ahead of a request, so all that is allowed is to ask.
    const preflight = await ask(site.origin, 'OPTIONS');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('dpop');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('learns at its next renewal that the session has ended elsewhere', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('status').filter({ hasText: 'Signed in' }).waitFor();
    await app.client.send(
      'mutation ($input: LogoutEverywhereInput!) { logoutEverywhere(input: $input) { __typename } }',
      { input: { keepCurrent: false } },
      { token: ada.accessToken },
    );
    const refused = await page.evaluate('manager.signinSilent().catch((error) => error.error)');
    expect(refused).toBe('invalid_grant');
  });
});
