import { createHash } from 'node:crypto';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

/** Ways into and around a sign-in that no page leads to. */
let app: TestApp;
let admin: Person;
let shop: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_NETWORK: '5' });
  admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(async () => {
  await shop.close();
  await app.close();
});

const change = (name: string, input: object) =>
  app.client.send(
    `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename } }`,
    { input },
    { token: admin.accessToken },
  );

/** Up to the answer to the password, whose redirect is left to whoever wants it. */
async function answered(browser: Visitor): Promise<string> {
  const form = await browser.open(shop.signInUrl());
  const answer = await browser.post(form, { email: ada.email, password: ada.password });
  return answer.headers.get('location')!;
}

it('SE-2 a sign-in that somebody else has answered goes on in no other browser, whatever cookies were planted', async () => {
  const attacker = new Visitor(app);
  const resume = await answered(attacker);
  const victim = new Visitor(app);
  victim.plantedBy(attacker);
  const shown = await victim.open(resume);
  expect(shown.url.pathname).toMatch(/^\/sign-in\//);
  expect(shown.text).toMatch(/expired/i);
  expect(victim.cookie('signet-session')).toBeUndefined();
  // In its own it does, once.
  expect((await attacker.open(resume)).url.href.startsWith(shop.redirectUri)).toBe(true);
  expect((await attacker.open(resume)).text).toMatch(/expired/i);
});

it('an account that is suspended between password and service is told to the service, and is no fault of the server', async () => {
  const browser = new Visitor(app);
  const resume = await answered(browser);
  await change('suspendUser', { userId: ada.id });
  const shown = await browser.open(resume);
  expect(shown.status).toBeLessThan(500);
  expect(shown.url.searchParams.get('code')).toBeNull();
  await change('reactivateUser', { userId: ada.id });
});

it('somebody whom a closed service does not admit may sign in as somebody else there', async () => {
  const browser = new Visitor(app);
  await browser.open(await answered(browser));
  await change('updateService', { slug: 'shop', access: 'CLOSED' });
  const refused = await browser.open(shop.signInUrl());
  expect(refused.url.searchParams.get('error')).toBe('access_denied');
  const asked = await browser.open(shop.signInUrl({ prompt: 'login' }));
  expect(asked.url.pathname).toMatch(/^\/sign-in\//);
  await change('updateService', { slug: 'shop', access: 'OPEN' });
});

it('a code of the account page is redeemed by nobody, whoever has made up the request', async () => {
  const verifier = 'v'.repeat(43);
  const redirectUri = `${app.identity.config.issuer}/account/signed-in`;
  const query = new URLSearchParams({
    client_id: 'signet-account',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const browser = new Visitor(app);
  const form = await browser.open(`/oidc/authorize?${String(query)}`);
  const { headers } = await browser.post(form, { email: ada.email, password: ada.password });
  const { headers: back } = await browser.request(headers.get('location')!);
  const code = new URL(back.get('location')!).searchParams.get('code')!;
  const answer = await fetch(`${app.origin}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri },
      ...{ client_id: 'signet-account', code_verifier: verifier },
    }),
  });
  expect([code.length > 20, answer.status]).toEqual([true, 400]);
});

it.each([
  '/oidc/Device',
  '/oidc/device/',
  '/oidc//device',
  '/OIDC/device',
  '/oidc/%64evice',
  '/oidc/authorize/',
])('BF-8 %s is another spelling of nothing', async (path) => {
  const answer = await fetch(app.origin + path, {
    method: 'POST',
    body: new URLSearchParams({ user_code: 'BBBB-BBBB' }),
  });
  expect(answer.status).toBe(404);
});
