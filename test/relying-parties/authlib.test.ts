import { PYTHON } from '../../scripts/debian-packages.js';
import { describeWith } from '../support/describe-with.js';
import { freePort } from '../support/free-port.js';
import type { Person } from '../support/given.js';
import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { endProcesses, runSignet, until } from '../support/run-signet.js';
import { Traveller } from '../support/traveller.js';

describeWith('authlib')('Authlib in a Flask application', () => {
  let app: ReachableApp;
  let flask: ReturnType<typeof runSignet>;
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
      redirectUris: [`${origin}/callback`],
      postLogoutRedirectUris: [`${origin}/`],
      backchannelLogoutUri: `${origin}/backchannel-logout`,
    });
    const settings = { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, SECRET_KEY: 'of the tests' };
    flask = runSignet(
      ['-m', 'flask', '--app', 'examples/services/authlib_app', 'run', '--port', String(port)],
      {
        command: [PYTHON],
        env: { ...settings, SIGNET_ISSUER: app.issuer, PYTHONDONTWRITEBYTECODE: '1' },
      },
    );
    await flask.prints(/Running on/);
  });
  afterAll(async () => {
    await endProcesses();
    await app?.close();
  });

  const profile = async (browser: Traveller, more = '') =>
    JSON.parse((await browser.open(`${origin}/profile${more}`)).html) as Record<string, unknown>;

  it('signs somebody in, asks who it is, refreshes, and signs out', async () => {
    const browser = new Traveller(app);
    const shown = await browser.signIn(`${origin}/sign-in`, ada);
    expect(shown.text).toContain(`Signed in as ${ada.name}`);
    const who = { sub: ada.id, email: ada.email };
    expect(await profile(browser)).toMatchObject(who);
    expect(await profile(browser, '?fresh')).toMatchObject(who);
    // The second refresh token too.
    expect(await profile(browser, '?fresh')).toMatchObject(who);
    const bye = await browser.send(await browser.open(`${origin}/sign-out`), { logout: 'yes' });
    expect(bye.url.href).toBe(`${origin}/`);
    expect(bye.text).toContain('Sign in');
    expect((await browser.open(`${origin}/sign-in`)).url.pathname).toMatch(/^\/sign-in\//);
  });

  it('signs somebody out whose session has ended elsewhere (back-channel logout)', async () => {
    const browser = new Traveller(app);
    await browser.signIn(`${origin}/sign-in`, ada);
    await app.client.send(
      'mutation { logoutEverywhere(input: { keepCurrent: false }) { __typename } }',
      {},
      { token: (await app.given.login(ada)).accessToken },
    );
    // This page asks nobody: it knows by having been told.
    await until('Flask was told', async () => (await browser.open(`${origin}/`)).text.includes('Sign in'));
    expect(await profile(browser)).toEqual({ error: 'not signed in' });
  });

  it('refuses a logout that nobody of Signet has signed', async () => {
    const body = new URLSearchParams({ logout_token: 'e30.e30.e30' });
    const response = await fetch(`${origin}/backchannel-logout`, { method: 'POST', body });
    expect(response.status).toBe(400);
  });

  it('shows why somebody did not come in', async () => {
    const browser = new Traveller(app);
    const form = await browser.open(`${origin}/sign-in`);
    const back = await browser.send(form, { answer: 'cancel' });
    expect(back.status).toBe(403);
    expect(back.text).toContain('the user did not agree');
  });
});
