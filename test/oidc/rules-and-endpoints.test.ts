import { ClientActor } from '../support/clients.js';
import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { givenClient, worksAtGraphql, type ServiceClient } from '../support/service-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

let app: TestApp;
let admin: Person;
let bank: ServiceClient;
let box: ServiceClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  bank = await givenClient(app, admin);
  box = await givenClient(app, admin, { type: 'NATIVE', redirectUris: [] });
});
afterAll(() => app?.close());

/** Somebody who is signed in to a third party, and all that is under way at that moment. */
interface Scene {
  ada: Person;
  shop: ServiceClient;
  browser: Visitor;
  sid: string;
  arrival: URL;
  tokens: Record<string, string>;
  opaque: string;
  deviceCode: string;
}

async function scene(): Promise<Scene> {
  const ada = await app.given.user();
  const shop = await givenClient(app, admin, { firstParty: false });
  const browser = new Visitor(app);
  const scope = 'openid profile offline_access';
  const tokens = await shop.tokensOf(ada, { scope, prompt: 'consent' }, browser);
  const plain = await shop.redeem(await shop.arrive(ada, {}, browser));
  const { body: asked } = await box.post('/oidc/device/authorize', { scope: 'openid' });
  const page = await browser.open(asked['verification_uri']);
  const question = await browser.send(page, { user_code: asked['user_code'] });
  await browser.send(question, { confirm: 'yes' });
  return {
    ada,
    shop,
    browser,
    sid: decode(tokens['id_token']!).claims['sid'] as string,
    arrival: await shop.arrive(ada, {}, browser),
    tokens,
    opaque: plain.body['access_token'],
    deviceCode: asked['device_code'],
  };
}

/** Whether somebody gets through, at each way in. */
const paths: Record<string, (scene: Scene) => Promise<boolean>> = {
  introspection: async ({ tokens }) =>
    (await bank.introspect(tokens['access_token']!)).body['active'] as boolean,
  graphql: ({ tokens }) => worksAtGraphql(app, tokens['access_token']!),
  userinfo: async ({ opaque }) =>
    (await fetch(`${app.origin}/oidc/userinfo`, { headers: { authorization: `Bearer ${opaque}` } }))
      .status === 200,
  code: async ({ shop, arrival }) => (await shop.redeem(arrival)).status === 200,
  refresh: async ({ shop, tokens }) => (await shop.refresh(tokens['refresh_token']!)).status === 200,
  device: async ({ deviceCode }) =>
    (await box.post('/oidc/token', { grant_type: DEVICE_GRANT, device_code: deviceCode })).status === 200,
  authorize: async ({ shop, browser }) =>
    (await browser.open(shop.signInUrl({ prompt: 'none' }))).url.searchParams.has('code'),
};

const mutate = (person: Person, query: string, input: object) =>
  app.client.send(query, { input }, { token: person.accessToken });
const status = (to: string) => (it: Scene) =>
  app.sql('UPDATE users SET status = $1 WHERE id = $2', [to, it.ada.id]);

/** What happens, and where one gets through still afterwards. */
const rules: Record<string, { happens: (scene: Scene) => Promise<unknown>; open: string[] }> = {
  nothing: { happens: () => Promise.resolve(), open: Object.keys(paths) },
  'the user is suspended': { happens: status('SUSPENDED'), open: [] },
  'the user is deleted': { happens: status('DELETED'), open: [] },
  'the session is revoked': {
    happens: ({ ada, sid }) =>
      mutate(ada, 'mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { __typename } }', {
        sessionId: sid,
      }),
    // The device has a session of its own.
    open: ['device'],
  },
  'all sessions are': {
    happens: ({ ada }) =>
      app.client.send('mutation { logoutEverywhere { __typename } }', {}, { token: ada.accessToken }),
    open: [],
  },
  'the client gives its refresh token back': {
    happens: ({ shop, tokens }) => shop.revoke(tokens['refresh_token']!),
    // The browser is signed in, and what was agreed to is remembered.
    open: ['device', 'authorize'],
  },
  'the client gives its access token back': {
    happens: ({ shop, tokens }) => shop.revoke(tokens['access_token']!),
    open: ['device', 'authorize'],
  },
  'the user takes the consent back': {
    happens: ({ ada, shop }) =>
      app.identity.authorizations.takeBackConsent(ada.id, shop.clientId, {
        ipAddress: '',
        userAgent: null,
        requestId: '',
      }),
    open: ['device'],
  },
  'the client is deleted': {
    happens: ({ shop }) => new ClientActor(app, admin).does('deleteClient', { clientId: shop.clientId }),
    open: ['device'],
  },
};

describe.each(Object.keys(rules))('TK-12: when %s', (name) => {
  it('every way in knows', async () => {
    const { happens, open } = rules[name]!;
    const passed: string[] = [];
    const one = await scene();
    await happens(one);
    for (const [path, attempt] of Object.entries(paths)) if (await attempt(one)) passed.push(path);
    expect(passed).toEqual(open);
  });
});
