import type { Server } from 'node:http';
import { authJsApp } from '../../examples/services/auth-js-app.js';
import { freePort } from '../support/free-port.js';
import type { Person } from '../support/given.js';
import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { Traveller } from '../support/traveller.js';

let app: ReachableApp;
let server: Server;
let origin = '';
let ada: Person;
beforeAll(async () => {
  app = await startReachableApp({ SIGNET_ACCESS_TOKEN_SECONDS: '60', SIGNET_OUTGOING_ALLOW: '127.0.0.1' });
  ada = await app.given.user();
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const shop = await givenClients(app);
  const client = await shop.add({
    type: 'WEB',
    redirectUris: [`${origin}/auth/callback/signet`],
    postLogoutRedirectUris: [`${origin}/`],
    backchannelLogoutUri: `${origin}/backchannel-logout`,
  });
  const express = authJsApp({
    ...client,
    issuer: app.issuer,
    secret: 'of the tests, as long as it has to be',
  });
  await new Promise<void>((done) => {
    server = express.listen(port, '127.0.0.1', () => done());
  });
});
afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((done) => server.close(done));
  await app.close();
});

/** Auth.js wants its button pressed: a form with a token. */
async function press(browser: Traveller, action: string, callbackUrl = `${origin}/`) {
  const { csrfToken } = JSON.parse((await browser.open(`${origin}/auth/csrf`)).html) as {
    csrfToken: string;
  };
  return browser.post(`${origin}/auth/${action}`, { csrfToken, callbackUrl });
}
const whoIs = async (browser: Traveller) =>
  JSON.parse((await browser.open(`${origin}/`)).html) as { id: string; name: string } | null;

describe('Auth.js in an Express application', () => {
  it('signs somebody in with PKCE, state and nonce, renews its token, and lets them go', async () => {
    const browser = new Traveller(app);
    expect(await whoIs(browser)).toBeNull();
    const form = await press(browser, 'signin/signet');
    await browser.send(form, { email: ada.email, password: ada.password });
    expect(await whoIs(browser)).toMatchObject({ id: ada.id, name: ada.name, email: ada.email });
    // Each time the access token is about to end, and each renewal takes the refresh token that the one before gave.
    for (let count = 0; count < 3; count++) {
      app.clock.advance(31);
      expect(await whoIs(browser)).toMatchObject({ id: ada.id });
    }

    const page = await browser.open(`${origin}/sign-out`);
    const question = await press(browser, 'signout', page.url.searchParams.get('callbackUrl')!);
    expect(question.url.pathname).toBe('/oidc/logout');
    const bye = await browser.send(question, { logout: 'yes' });
    expect(bye.url.href).toBe(`${origin}/`);
    expect(await whoIs(browser)).toBeNull();
    expect((await press(browser, 'signin/signet')).url.pathname).toMatch(/^\/sign-in\//);
  });

  it('ends its session when that at Signet has ended', async () => {
    const browser = new Traveller(app);
    const form = await press(browser, 'signin/signet');
    await browser.send(form, { email: ada.email, password: ada.password });
    expect(await whoIs(browser)).not.toBeNull();
    await app.client.send(
      'mutation { logoutEverywhere(input: { keepCurrent: false }) { __typename } }',
      {},
      { token: (await app.given.login(ada)).accessToken },
    );
    expect(await whoIs(browser)).toBeNull();
  });
});
