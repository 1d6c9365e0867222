import type { Person } from '../support/given.js';
import { createDatabase } from '../support/postgres.js';
import { givenClient, ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, TEST_SECRET, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

const NEW_SECRET = 'the secret that comes after, also long enough for one';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

let database: Awaited<ReturnType<typeof createDatabase>>;
let before: TestApp;
let during: TestApp;
let after: TestApp;
let ada: Person;
let shop: ServiceClient;
let box: ServiceClient;
beforeAll(async () => {
  database = await createDatabase();
  before = await startTestApp({}, database.url);
  const admin = await before.given.administrator();
  ada = await before.given.user();
  shop = await givenClient(before, admin);
  box = await givenClient(before, admin, { type: 'NATIVE', redirectUris: [] });
  during = await startTestApp(
    { SIGNET_SECRET: NEW_SECRET, SIGNET_SECRET_PREVIOUS: TEST_SECRET },
    database.url,
  );
  after = await startTestApp({ SIGNET_SECRET: NEW_SECRET }, database.url);
});
afterAll(async () => {
  for (const app of [before, during, after]) await app?.close();
  await database?.drop();
});

const at = (app: TestApp, client: ServiceClient) =>
  Object.assign(new ServiceClient(app, client.shown, client.secret), { verifier: client.verifier });

/** The same browser, when the node has been started again. */
function moved(visitor: Visitor, app: TestApp): Visitor {
  const again = new Visitor(app);
  again.copyOf(visitor);
  return again;
}

describe('a change of SIGNET_SECRET, with SIGNET_SECRET_PREVIOUS (KY-7)', () => {
  it('takes the forms and the cookies of before, and those without the previous one not', async () => {
    const [lost, kept] = [new Visitor(before), new Visitor(before)];
    const credentials = { email: ada.email, password: ada.password };
    const [early, form] = [await lost.open(shop.signInUrl()), await kept.open(shop.signInUrl())];
    expect((await moved(lost, after).send(early, credentials)).url.origin).toBe(TEST_ISSUER);
    const arrival = (await moved(kept, during).send(form, credentials)).url;
    expect((await at(during, shop).redeem(arrival)).status).toBe(200);
  });

  it('keeps people signed in, and services, and devices that wait', async () => {
    const browser = new Visitor(before);
    const { refresh_token } = await shop.tokensOf(ada, {}, browser);
    const { body: asked } = await box.post('/oidc/device/authorize', { scope: 'openid' });
    const there = moved(browser, during);
    expect((await there.open(shop.signInUrl({ prompt: 'none' }))).url.searchParams.get('code')).toBeTruthy();
    const { status, body } = await at(during, shop).refresh(refresh_token!);
    expect(status).toBe(200);
    expect((await at(after, shop).refresh(body['refresh_token'])).status).toBe(200);
    const question = await there.send(await there.open(`${TEST_ISSUER}/oidc/device`), {
      user_code: asked['user_code'],
    });
    expect((await there.send(question, { confirm: 'yes' })).text).toContain('The device is signed in');
    const polled = await at(after, box).post('/oidc/token', {
      grant_type: DEVICE_GRANT,
      device_code: asked['device_code'],
    });
    expect(polled.body).toHaveProperty('id_token');
  });
});
