import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let admin: Person;
let shop: RelyingParty;
let guest: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
  guest = await startRelyingParty(app, admin, 'guest', { firstParty: false });
});
beforeEach(async () => {
  ada = await app.given.user();
  for (const name of ['shop:read', 'shop:refund', 'guest:read']) await app.given.permission(ada.id, name);
});
afterAll(async () => {
  await shop.close();
  await guest.close();
  await app.close();
});

async function tokensOf(party: RelyingParty, scope: string, browser = new Visitor(app)) {
  // Without it the library takes no third party's wish for offline_access (OpenID Connect Core 1.0 §11).
  const prompt: Record<string, string> = party === guest ? { prompt: 'consent' } : {};
  let shown = await browser.open(party.signInUrl({ scope, ...prompt }));
  if (shown.url.pathname.startsWith('/sign-in/'))
    shown = await browser.send(shown, { email: ada.email, password: ada.password });
  if (shown.url.pathname.startsWith('/consent/')) shown = await browser.send(shown, { answer: 'agree' });
  return party.redeem(app, shown.url);
}

async function refreshed(party: RelyingParty, refreshToken: string, more: Record<string, string> = {}) {
  const response = await fetch(`${app.origin}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: party.clientId,
      ...more,
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

it('TK-10 a token that was asked for one permission never grows to all, however it is refreshed', async () => {
  const { refresh_token: first } = await tokensOf(shop, 'openid shop:read');
  const { body } = await refreshed(shop, first!, { scope: 'openid' });
  const scope = body['access_token']!.includes('.') ? decode(body['access_token']!).claims['scope'] : '';
  expect(scope).toBe('');
  const { body: again } = await refreshed(shop, body['refresh_token']!);
  expect(decode(again['access_token']!).claims['scope']).toBe('shop:read');
});

it('AZ-18 a product of the company that becomes a third party has to ask, and loses what it had', async () => {
  const party = await startRelyingParty(app, admin, 'sold');
  const browser = new Visitor(app);
  await app.given.permission(ada.id, 'sold:read');
  const { refresh_token: before } = await tokensOf(party, 'openid offline_access sold:read', browser);
  const update = 'mutation ($input: UpdateClientInput!) { updateClient(input: $input) { __typename } }';
  const input = { clientId: party.clientId, firstParty: false };
  await app.client.send(update, { input }, { token: admin.accessToken });
  expect((await refreshed(party, before!)).status).toBe(400);
  const shown = await browser.open(party.signInUrl({ scope: 'openid sold:read' }));
  expect(shown.url.pathname).toMatch(/^\/consent\//);
  await party.close();
});

describe('a refresh token that was replaced long ago', () => {
  async function stale(party: RelyingParty, browser: Visitor): Promise<string> {
    const { refresh_token: old } = await tokensOf(party, 'openid offline_access', browser);
    const { body } = await refreshed(party, old!);
    expect((await refreshed(party, body['refresh_token']!)).status).toBe(200);
    return old!;
  }
  const isSignedIn = async (browser: Visitor) =>
    (await browser.open(shop.signInUrl())).url.href.startsWith(shop.redirectUri);

  it('of a third party ends what that party has, and not the session', async () => {
    const browser = new Visitor(app);
    await tokensOf(shop, 'openid', browser);
    const old = await stale(guest, browser);
    expect((await refreshed(guest, old)).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
    const [left] = await app.sql(
      'SELECT 1 FROM session_clients k JOIN sessions s ON s.id = k.session_id WHERE k.client_id = $1 AND s.user_id = $2',
      [guest.clientId, ada.id],
    );
    expect(left).toBeUndefined();
    const [event] = await app.sql<{ user_id: string }>(
      `SELECT user_id FROM audit_events WHERE type = 'refresh-token.reused' AND user_id = $1`,
      [ada.id],
    );
    expect(event).toEqual({ user_id: ada.id });
  });

  it('ends nothing when another client presents it', async () => {
    const browser = new Visitor(app);
    const old = await stale(shop, browser);
    expect((await refreshed(guest, old)).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('of a product of the company ends the session', async () => {
    const browser = new Visitor(app);
    const old = await stale(shop, browser);
    expect((await refreshed(shop, old)).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(false);
  });
});
