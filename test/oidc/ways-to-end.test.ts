import { SESSION_END_REASONS, type SessionEndReason } from '../../src/domain/sessions/index.js';
import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { deliverLogouts, startLogoutReceiver, type LogoutReceiver } from '../support/logout-receiver.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

/**
 * However a session ends, it ends for everybody: tokens of every service, the cookie of the browser, and each service
 * hears of it. A new reason without a way here fails the build.
 */
let app: TestApp;
let admin: Person;
let shop: RelyingParty;
let desk: RelyingParty;
let receivers: LogoutReceiver[];
beforeAll(async () => {
  app = await startTestApp({ SIGNET_OUTGOING_ALLOW: '127.0.0.1', SIGNET_SESSIONS_PER_USER: '3' });
  admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
  desk = await startRelyingParty(app, admin, 'desk', { firstParty: false });
  receivers = [await startLogoutReceiver(app, admin, shop), await startLogoutReceiver(app, admin, desk)];
});
afterAll(async () => {
  await Promise.all([shop, desk, ...receivers].map((server) => server.close()));
  await app.close();
});

/** Somebody with a session in a browser that is signed in to two services, and one of GraphQL. */
interface Situation {
  ada: Person;
  browser: Visitor;
  sid: string;
  /** Of shop and desk. */
  refreshTokens: [string, string];
}

async function situation(): Promise<Situation> {
  const ada = await app.given.user();
  const browser = new Visitor(app);
  const typed = { email: ada.email, password: ada.password };
  const first = await shop.redeem(app, (await browser.send(await browser.open(shop.signInUrl()), typed)).url);
  const asked = await browser.open(desk.signInUrl({ scope: 'openid offline_access', prompt: 'consent' }));
  const second = await desk.redeem(app, (await browser.send(asked, { answer: 'agree' })).url);
  const sid = decode(first['id_token']!).claims['sid'] as string;
  expect(decode(second['id_token']!).claims['sid']).toBe(sid);
  return { ada, browser, sid, refreshTokens: [first['refresh_token']!, second['refresh_token']!] };
}

async function mutate(person: Pick<Person, 'accessToken'>, field: string, input: object): Promise<void> {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
  const { data, body } = await app.client.send<Record<string, { __typename: string }>, object>(
    `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`,
    { input },
    { token: person.accessToken },
  );
  if (!data?.[field]?.__typename.endsWith('Success')) throw new Error(JSON.stringify(body));
}

/** Sends the form of the account page that leads to a path and says `containing`. */
async function submit(browser: Visitor, path: string, containing = '', fields: Record<string, string> = {}) {
  const page = await browser.open(`${TEST_ISSUER}/account`);
  const html = (page.html.match(/<form[^]*?<\/form>/g) ?? []).find(
    (form) => form.includes(`action="/account/${path}"`) && form.includes(containing),
  );
  if (!html) throw new Error(`no form leads to ${path}`);
  return browser.send({ ...page, html }, fields);
}

const newPassword = 'nine purple harbours hum';
const elsewhere = async ({ ada }: Situation) => {
  const other = new Visitor(app);
  await other.send(await other.open(`${TEST_ISSUER}/account`), { email: ada.email, password: ada.password });
  return other;
};

const ways: [name: string, reason: SessionEndReason, end: (situation: Situation) => Promise<unknown>][] = [
  [
    'signing out on the page',
    'LOGOUT',
    async ({ browser }) => browser.send(await browser.open(shop.signOutUrl()), { logout: 'yes' }),
  ],
  [
    'signing in as somebody else in the same browser',
    'LOGOUT',
    async ({ browser }) => {
      const bob = await app.given.user();
      const page = await browser.open(shop.signInUrl({ prompt: 'login' }));
      const left = await browser.send(page, { email: bob.email, password: bob.password });
      // The library's own form, which browsers send by themselves.
      if (left.html.includes('Submitting Callback')) await browser.send(left, {});
    },
  ],
  ['revokeSession', 'REVOKED', ({ ada, sid }) => mutate(ada, 'revokeSession', { sessionId: sid })],
  [
    'an administrator’s revokeSession',
    'REVOKED',
    ({ sid }) => mutate(admin, 'revokeSession', { sessionId: sid }),
  ],
  [
    'ending it on the account page of another browser',
    'REVOKED',
    async (its) => submit(await elsewhere(its), 'end-session', its.sid),
  ],
  ['logoutEverywhere', 'LOGOUT_EVERYWHERE', ({ ada }) => mutate(ada, 'logoutEverywhere', {})],
  [
    'ending all others on the account page of another browser',
    'LOGOUT_EVERYWHERE',
    async (its) => submit(await elsewhere(its), 'end-others'),
  ],
  [
    'changePassword',
    'PASSWORD_CHANGED',
    ({ ada }) => mutate(ada, 'changePassword', { currentPassword: ada.password, newPassword }),
  ],
  [
    'a change of password on the account page of another browser',
    'PASSWORD_CHANGED',
    async (its) =>
      submit(await elsewhere(its), 'password', '', {
        'current-password': its.ada.password,
        'new-password': newPassword,
      }),
  ],
  ['suspension', 'USER_SUSPENDED', ({ ada }) => mutate(admin, 'suspendUser', { userId: ada.id })],
  ['deletion', 'USER_DELETED', ({ ada }) => mutate(admin, 'deleteUser', { userId: ada.id })],
  [
    'a refresh token that was stolen',
    'REFRESH_TOKEN_REUSED',
    async ({ refreshTokens: [first] }) => {
      const second = (await shop.refresh(app, first))['refresh_token']!;
      await shop.refresh(app, second);
      await shop.refresh(app, first);
    },
  ],
  [
    'more sessions than a user may have',
    'TOO_MANY_SESSIONS',
    async ({ ada }) => {
      for (let count = 0; count < 3; count += 1) await app.given.login(ada);
    },
  ],
];

it('has a way for every reason', () => {
  expect(new Set(ways.map(([, reason]) => reason))).toEqual(new Set(SESSION_END_REASONS));
});

it.each(ways)('%s ends tokens, browser and services (BL-2)', async (_name, reason, end) => {
  const its = await situation();
  const before = new Visitor(app);
  before.copyOf(its.browser);
  await end(its);
  const [session] = await app.sql('SELECT end_reason FROM sessions WHERE id = $1', [its.sid]);
  expect(session).toEqual({ end_reason: reason });

  for (const [index, party] of [shop, desk].entries())
    expect((await party.refresh(app, its.refreshTokens[index]!))['error']).toBe('invalid_grant');
  for (const party of [shop, desk])
    expect((await before.open(party.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);

  await deliverLogouts(app);
  for (const receiver of receivers) {
    const heard = receiver.heard.filter(({ claims }) => claims.sid === its.sid);
    expect(heard.map(({ claims }) => claims.sub)).toEqual([its.ada.id]);
    expect(receiver.faults).toEqual([]);
  }
});

it('a consent that is taken back signs that service out, and no other', async () => {
  const its = await situation();
  await submit(its.browser, 'take-back', desk.clientId);
  await deliverLogouts(app);
  const heard = receivers.map(({ heard }) => heard.some(({ claims }) => claims.sid === its.sid));
  expect(heard).toEqual([false, true]);
  expect((await desk.refresh(app, its.refreshTokens[1]))['error']).toBe('invalid_grant');
  expect((await shop.refresh(app, its.refreshTokens[0]))['error']).toBeUndefined();
});

it('a consent that is taken back ends the session of a device that was for it alone', async () => {
  const its = await situation();
  const other = await elsewhere(its);
  await app.sql('UPDATE sessions SET client_id = $2 WHERE id = $1', [its.sid, desk.clientId]);
  await submit(other, 'take-back', desk.clientId);
  const ended = await app.sql('SELECT end_reason FROM sessions WHERE id = $1', [its.sid]);
  expect(ended).toEqual([{ end_reason: 'REVOKED' }]);
  await deliverLogouts(app);
  const heard = receivers[1]!.heard.filter(({ claims }) => claims.sid === its.sid);
  expect(heard).toHaveLength(1);
});

it('the end of a session and the news of it are one: without the one there is not the other', async () => {
  const its = await situation();
  await app.sql('ALTER TABLE logout_deliveries ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
  const failed = mutate(its.ada, 'revokeSession', { sessionId: its.sid });
  await expect(failed).rejects.toThrow('INTERNAL_SERVER_ERROR');
  await app.sql('ALTER TABLE logout_deliveries DROP CONSTRAINT full_disk');
  expect((await shop.refresh(app, its.refreshTokens[0]))['error']).toBeUndefined();
  await mutate(its.ada, 'revokeSession', { sessionId: its.sid });
  await deliverLogouts(app);
  for (const { heard } of receivers)
    expect(heard.filter(({ claims }) => claims.sid === its.sid)).toHaveLength(1);
});
