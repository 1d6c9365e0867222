import { ID_TOKEN_PURPOSES } from '../../src/domain/tokens/index.js';
import type { Person } from '../support/given.js';
import { givenClient, type ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { travel } from '../support/travel.js';
import { Visitor, type Shown } from '../support/visitor.js';

const BYE = 'https://shop.example.com/bye';

let app: TestApp;
let admin: Person;
let shop: ServiceClient;
let bank: ServiceClient;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  shop = await givenClient(app, admin, { postLogoutRedirectUris: [BYE] });
  bank = await givenClient(app, admin, { postLogoutRedirectUris: ['https://bank.example.com/bye'] });
});
beforeEach(async () => {
  [ada, bob] = [await app.given.user(), await app.given.user()];
});
afterAll(() => app?.close());

const signOutUrl = (parameters: Record<string, string>) =>
  `${TEST_ISSUER}/oidc/logout?${String(new URLSearchParams(parameters))}`;
async function signedIn(person: Person) {
  const browser = new Visitor(app);
  const { id_token } = await shop.tokensOf(person, {}, browser);
  return { browser, hint: id_token! };
}
const isSignedIn = async (browser: Visitor) =>
  (await browser.open(shop.signInUrl({ prompt: 'none' }))).url.searchParams.has('code');

function expectRefused(shown: Shown) {
  expect([shown.status, shown.url.origin]).toEqual([400, TEST_ISSUER]);
  expect(shown.html).not.toContain('evil');
}

describe('a request to sign out', () => {
  it('is asked about, with a hint and without: an address alone signs nobody out (LO-1, LO-3)', async () => {
    const { browser, hint } = await signedIn(ada);
    const requests: Record<string, string>[] = [{}, { client_id: shop.clientId }, { id_token_hint: hint }];
    for (const parameters of requests) {
      const shown = await browser.open(signOutUrl(parameters));
      expect([shown.status, shown.text]).toEqual([200, expect.stringContaining('sign')]);
      expect(await isSignedIn(browser)).toBe(true);
    }
  });

  it('comes back to an address that the client registered, exactly (LO-2)', async () => {
    const { browser, hint } = await signedIn(ada);
    const mutations = [
      `${BYE}/`,
      `${BYE}?a=b`,
      `${BYE}#a`,
      BYE.toUpperCase(),
      BYE.replace('bye', 'b%79e'),
      BYE.replace('/bye', '/a/../bye'),
      BYE.replace('shop', 'evil.shop'),
      BYE.replace('https://', 'https://me@'),
      BYE.replace('/bye', '@evil.example/bye'),
      BYE.replace('https', 'http'),
      `${BYE} `,
      'https://bank.example.com/bye',
      shop.redirectUri,
      'https://evil.example/',
      'javascript:alert(1)',
    ];
    for (const post_logout_redirect_uri of mutations)
      for (const who of [
        ['client_id', shop.clientId],
        ['id_token_hint', hint],
      ] as const)
        expectRefused(await browser.open(signOutUrl({ [who[0]]: who[1], post_logout_redirect_uri })));
    const page = await browser.open(
      signOutUrl({ id_token_hint: hint, post_logout_redirect_uri: BYE, state: 'a b' }),
    );
    const { url } = await browser.send(page, { logout: 'yes' });
    expect(url.href).toBe(`${BYE}?state=a+b`);
  });

  it('of nobody in particular comes back nowhere (LO-2)', async () => {
    const { browser } = await signedIn(ada);
    const page = await browser.open(signOutUrl({ post_logout_redirect_uri: BYE }));
    expect((await browser.send(page, { logout: 'yes' })).url.origin).toBe(TEST_ISSUER);
  });

  it('with a hint that is none of ours, or of another client, is refused (LO-2)', async () => {
    const { browser, hint } = await signedIn(ada);
    const [head, claims, signature] = hint.split('.') as [string, string, string];
    const forged = `${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const id_token_hint of ['garbage', 'e30.e30.', `${hint}x`, forged, ada.accessToken])
      expectRefused(await browser.open(signOutUrl({ id_token_hint, post_logout_redirect_uri: BYE })));
    expectRefused(await browser.open(signOutUrl({ id_token_hint: hint, client_id: bank.clientId })));
  });

  it('with the hint of somebody else ends the session of this browser at most (LO-4)', async () => {
    const [mine, theirs] = [await signedIn(ada), await signedIn(bob)];
    const page = await mine.browser.open(signOutUrl({ id_token_hint: theirs.hint }));
    await mine.browser.send(page, { logout: 'yes' });
    expect(await isSignedIn(theirs.browser)).toBe(true);
    // Nor does the form of one browser work in another.
    const form = await theirs.browser.open(signOutUrl({}));
    const stranger = await signedIn(ada);
    expectRefused(await stranger.browser.send(form, { logout: 'yes' }));
    expect([await isSignedIn(stranger.browser), await isSignedIn(theirs.browser)]).toEqual([true, true]);
  });

  it('takes a hint that has expired, also when its key has been replaced and is gone (LO-1)', async () => {
    const { browser, hint } = await signedIn(ada);
    for (const purpose of Object.values(ID_TOKEN_PURPOSES)) await app.identity.keys.rotateKeys(purpose);
    const time = travel(app, 8000);
    const { keys } = (await (await fetch(`${app.origin}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string }[];
    };
    const { kid } = JSON.parse(Buffer.from(hint.split('.')[0]!, 'base64url').toString()) as { kid: string };
    expect(keys.map((key) => key.kid)).not.toContain(kid);
    const page = await browser.open(signOutUrl({ id_token_hint: hint, post_logout_redirect_uri: BYE }));
    expect((await browser.send(page, { logout: 'yes' })).url.href).toBe(BYE);
    time.back();
  });
});
