import { startApache } from '../support/apache.js';
import { describeWith } from '../support/describe-with.js';
import { freePort } from '../support/free-port.js';
import type { Person } from '../support/given.js';
import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { endProcesses, until } from '../support/run-signet.js';
import { Traveller } from '../support/traveller.js';

describeWith('apache')('mod_auth_openidc of Apache', () => {
  let app: ReachableApp;
  let apache: Awaited<ReturnType<typeof startApache>>;
  let origin = '';
  let ada: Person;
  beforeAll(async () => {
    app = await startReachableApp({ SIGNET_OUTGOING_ALLOW: '127.0.0.1' });
    ada = await app.given.user();
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const shop = await givenClients(app);
    const { clientId, clientSecret } = await shop.add({
      type: 'WEB',
      redirectUris: [`${origin}/signed-in`],
      postLogoutRedirectUris: [`${origin}/goodbye`],
      backchannelLogoutUri: `${origin}/signed-in?logout=backchannel`,
    });
    apache = await startApache(port, {
      SIGNET_ISSUER: app.issuer,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      ORIGIN: origin,
      CRYPTO_PASSPHRASE: 'a long random text of the tests',
    });
  });
  afterAll(async () => {
    await apache?.close();
    await endProcesses();
    await app?.close();
  });

  /** What mod_auth_openidc itself knows; with an interval, it refreshes when the token is older than so many seconds. */
  const info = async (browser: Traveller, more = '') =>
    JSON.parse((await browser.open(`${origin}/signed-in?info=json${more}`)).html) as {
      access_token: string;
      userinfo: Record<string, unknown>;
    };

  it('signs somebody in, tells the application who it is, refreshes, and signs out', async () => {
    const browser = new Traveller(app);
    const shown = await browser.signIn(`${origin}/orders?open=true`, ada);
    expect(shown.url.href).toBe(`${origin}/orders?open=true`);
    expect(JSON.parse(shown.html)).toMatchObject({
      oidc_claim_sub: ada.id,
      oidc_claim_name: ada.name,
      oidc_claim_email: ada.email,
    });
    const before = await info(browser);
    expect(before.userinfo).toMatchObject({ sub: ada.id });
    const after = await info(browser, '&access_token_refresh_interval=0');
    expect(after.access_token).not.toBe(before.access_token);

    const leave = `${origin}/signed-in?logout=${encodeURIComponent(`${origin}/goodbye`)}`;
    const question = await browser.open(leave);
    expect(question.text).toContain('Sign out');
    const bye = await browser.send(question, { logout: 'yes' });
    expect(bye.url.href).toBe(`${origin}/goodbye`);
    expect((await browser.open(`${origin}/`)).url.pathname).toMatch(/^\/sign-in\//);
    // It is told all the same, and takes it, although it has nothing left to end.
    await until('nothing is left to tell', async () => {
      const rows = await app.sql('SELECT 1 FROM logout_deliveries');
      return rows.length === 0;
    });
    expect(await apache.log()).not.toMatch(/auth_openidc:error\]/);
  });

  it('lets nobody in any more whose session has ended elsewhere (back-channel logout)', async () => {
    const browser = new Traveller(app);
    await browser.signIn(`${origin}/`, ada);
    await app.client.send(
      'mutation { logoutEverywhere(input: { keepCurrent: false }) { __typename } }',
      {},
      { token: (await app.given.login(ada)).accessToken },
    );
    await until('Apache has ended its session', async () =>
      (await browser.open(`${origin}/`)).url.pathname.startsWith('/sign-in/'),
    );
    expect(await apache.log()).not.toMatch(/auth_openidc:error\]/);
  });
});
