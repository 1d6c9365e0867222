import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { givenClient, postForm } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { travel } from '../support/travel.js';
import { Visitor, type Shown } from '../support/visitor.js';

let app: TestApp;
let admin: Person;
let tv: RelyingParty;
let guest: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '5', SIGNET_TRUSTED_PROXIES: '1' });
  admin = await app.given.administrator();
  tv = await startRelyingParty(app, admin, 'tv', { name: 'Television', type: 'NATIVE' });
  guest = await startRelyingParty(app, admin, 'guest', { type: 'NATIVE', firstParty: false });
  ada = await app.given.user();
});
afterAll(async () => {
  await tv?.close();
  await guest?.close();
  await app.close();
});

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

interface Asked {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
}

async function post(path: string, body: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(app.origin + path, {
    method: 'POST',
    body: new URLSearchParams(body),
    headers,
  });
  return (await response.json()) as Record<string, string>;
}
const DEVICE = {
  'user-agent': 'Mozilla/5.0 (Linux; Android 14) Firefox/140.0',
  'x-forwarded-for': '203.0.113.9',
};
const ask = async (party: RelyingParty, scope = 'openid profile') =>
  (await post('/oidc/device/authorize', { client_id: party.clientId, scope }, DEVICE)) as unknown as Asked;
const poll = (party: RelyingParty, { device_code }: Asked) =>
  post('/oidc/token', {
    grant_type: DEVICE_GRANT,
    device_code,
    client_id: party.clientId,
  });

/** A browser of its own network, so that codes which one test tries do not count for another. */
let networks = 0;
const newVisitor = (headers: Record<string, string> = {}) =>
  new Visitor(app, { 'x-forwarded-for': `198.51.100.${++networks}`, ...headers });

/** Enters a code, and sees the question. */
async function enter(visitor: Visitor, user_code: string): Promise<Shown> {
  return visitor.send(await visitor.open(`${TEST_ISSUER}/oidc/device`), { user_code });
}
const credentials = () => ({ email: ada.email, password: ada.password });

describe('letting in a device without a keyboard (RFC 8628)', () => {
  it('goes from the code over the question and the sign-in to tokens of a session of its own', async () => {
    const asked = await ask(tv);
    expect(asked.verification_uri).toBe(`${TEST_ISSUER}/oidc/device`);
    expect(await poll(tv, asked)).toMatchObject({ error: 'authorization_pending' });
    const visitor = newVisitor();
    const question = await enter(visitor, asked.user_code);
    expect(question.status).toBe(200);
    const form = await visitor.send(question, { confirm: 'yes' });
    expect(form.url.pathname).toMatch(/^\/sign-in\//);
    const done = await visitor.send(form, credentials());
    expect(done.text).toContain('The device is signed in');
    const tokens = await poll(tv, asked);
    const { sid } = decode(tokens['id_token']!).claims;
    const account = await visitor.open(`${TEST_ISSUER}/account`);
    expect(account.text).toContain('Services: Television');
    expect(account.text).toContain('Firefox on Android');
    const services = await app.sql('SELECT session_id FROM session_clients WHERE client_id = $1', [
      tv.clientId,
    ]);
    expect(services).toEqual([{ session_id: sid }]);
    // The browser is signed out, and the device goes on.
    await visitor.send(await visitor.open(`${TEST_ISSUER}/oidc/logout`), { logout: 'yes' });
    const refreshed = await tv.refresh(app, tokens['refresh_token']!);
    expect(decode(refreshed['id_token']!).claims['sid']).toBe(sid);
    // Until its owner ends it, alone.
    const { viewer } = (
      await app.client.send<any, object>(
        '{ viewer { sessions { id ipAddress } } }',
        {},
        { token: ada.accessToken },
      )
    ).data;
    expect(viewer.sessions).toContainEqual({ id: sid, ipAddress: '203.0.113.9' });
    await app.client.send(
      'mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { __typename } }',
      { input: { sessionId: sid } },
      { token: ada.accessToken },
    );
    expect(await tv.refresh(app, refreshed['refresh_token']!)).toMatchObject({ error: 'invalid_grant' });
  });

  it('goes on for as long as it is used, also when the browser is not', async () => {
    const asked = await ask(tv);
    const visitor = newVisitor();
    const form = await visitor.send(await enter(visitor, asked.user_code), { confirm: 'yes' });
    await visitor.send(form, credentials());
    let token = (await poll(tv, asked))['refresh_token']!;
    const times = [];
    for (let step = 0; step < 3; step++) {
      times.push(travel(app, app.identity.config.sessions.idleSeconds * 0.7));
      token = (await tv.refresh(app, token))['refresh_token']!;
      expect(token).toBeTruthy();
    }
    times.push(travel(app, app.identity.config.sessions.idleSeconds + 60));
    expect(await tv.refresh(app, token)).toMatchObject({ error: 'invalid_grant' });
    for (const time of times.toReversed()) time.back();
  });

  it('DV-2: slows down who polls too often, by five seconds more each time, and each device for itself', async () => {
    const [fast, other] = [await ask(tv), await ask(tv)];
    const errorAfter = async (seconds: number) => {
      app.clock.advance(seconds);
      return (await poll(tv, fast))['error'];
    };
    expect(await errorAfter(0)).toBe('authorization_pending');
    expect(await errorAfter(5)).toBe('authorization_pending');
    expect(await errorAfter(4)).toBe('slow_down'); // and now ten
    expect(await errorAfter(9)).toBe('slow_down'); // and now fifteen
    expect(await errorAfter(14)).toBe('slow_down'); // and now twenty
    expect(await errorAfter(20)).toBe('authorization_pending');
    expect(await errorAfter(19)).toBe('slow_down');
    expect((await poll(tv, other))['error']).toBe('authorization_pending');
    const visitor = newVisitor();
    const form = await visitor.send(await enter(visitor, fast.user_code), { confirm: 'yes' });
    await visitor.send(form, credentials());
    expect(await poll(tv, fast)).toHaveProperty('access_token');
  });

  it('DV-2: of many questions at once one is in time', async () => {
    const asked = await ask(tv);
    const answers = await Promise.all(Array.from({ length: 16 }, () => poll(tv, asked)));
    const errors = answers.map(({ error }) => error);
    expect(errors.filter((error) => error === 'authorization_pending')).toHaveLength(1);
    expect(errors.filter((error) => error === 'slow_down')).toHaveLength(15);
  });

  it('leaves the browser signed in to what it was, and the grants of both apart', async () => {
    const visitor = newVisitor();
    const consent = await visitor.send(await visitor.open(tv.signInUrl()), credentials());
    const own = await tv.redeem(app, (await visitor.send(consent, { answer: 'agree' })).url);
    const asked = await ask(tv);
    await visitor.send(await enter(visitor, asked.user_code), { confirm: 'yes' });
    const tokens = await poll(tv, asked);
    const sids = [own, tokens].map((given) => decode(given['id_token']!).claims['sid']);
    expect(sids[0]).not.toBe(sids[1]);
    await postForm(app, '/oidc/revoke', { token: tokens['refresh_token']!, client_id: tv.clientId });
    expect(await tv.refresh(app, tokens['refresh_token']!)).toMatchObject({ error: 'invalid_grant' });
    expect(await tv.refresh(app, own['refresh_token']!)).toHaveProperty('access_token');
    const rows = await app.sql<{ id: string; ended: boolean }>(
      'SELECT id, ended_at IS NOT NULL AS ended FROM sessions WHERE id = ANY($1)',
      [sids],
    );
    expect(new Map(rows.map(({ id, ended }) => [id, ended]))).toEqual(
      new Map([
        [sids[0], false],
        [sids[1], true],
      ]),
    );
  });

  it('lets a device in that nobody can send back anywhere: a client without redirect URIs', async () => {
    const box = await givenClient(app, admin, { type: 'NATIVE', redirectUris: [] });
    const asked = (await box.post('/oidc/device/authorize', { scope: 'openid' })).body as unknown as Asked;
    const visitor = newVisitor();
    const form = await visitor.send(await enter(visitor, asked.user_code), { confirm: 'yes' });
    expect((await visitor.send(form, credentials())).text).toContain('The device is signed in');
    const { body } = await box.post('/oidc/token', {
      grant_type: DEVICE_GRANT,
      device_code: asked.device_code,
    });
    expect(body).toHaveProperty('id_token');
    const refused = await fetch(
      `${app.origin}/oidc/authorize?client_id=${box.clientId}&response_type=code&redirect_uri=https%3A%2F%2Fa.test`,
      { redirect: 'manual' },
    );
    expect(refused.status).toBe(400);
  });

  it('DV-1: takes the code whatever its case, spaces and dashes', async () => {
    const asked = await ask(tv);
    expect(asked.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(Buffer.from(asked.device_code, 'base64url').length).toBeGreaterThanOrEqual(16);
    const typed = ` ${asked.user_code.toLowerCase().replace('-', '   ')} `;
    expect((await enter(newVisitor(), typed)).text).toContain(asked.user_code);
  });

  it('DV-3: stops who tries codes, and does not count right ones', async () => {
    const visitor = newVisitor();
    for (let count = 0; count < 8; count++)
      expect((await enter(visitor, (await ask(tv)).user_code)).status).toBe(200);
    const wrong = await enter(visitor, 'BBBB-BBBB');
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('This code is not right, or no longer good.');
    for (let count = 0; count < 4; count++) await enter(visitor, 'BBBB-BBBC');
    const stopped = await enter(visitor, (await ask(tv)).user_code);
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(stopped.text).toMatch(/Wait \d+ minutes/);
    expect((await enter(newVisitor(), (await ask(tv)).user_code)).status).toBe(200);
  });

  it('DV-4: asks who was sent a code, and says where it was asked for, even for a complete address', async () => {
    const asked = await ask(tv);
    const visitor = newVisitor();
    await visitor.send(await visitor.open(tv.signInUrl()), credentials());
    const sent = await visitor.open(asked.verification_uri_complete);
    const question = await visitor.send(sent, {});
    expect(question.text).toContain('Sign in to Television on a device?');
    expect(question.text).toContain(asked.user_code);
    expect(question.text).toContain('It was asked for by Firefox on Android, from 203.0.113.9');
    expect(await poll(tv, asked)).toMatchObject({ error: 'authorization_pending' });
  });

  it('gives the device nothing when somebody says no, or does not sign in', async () => {
    const [first, second] = [await ask(tv), await ask(tv)];
    const visitor = newVisitor();
    const no = await visitor.send(await enter(visitor, first.user_code), { abort: 'yes' });
    expect(no.text).toContain('The device was not signed in');
    expect(await poll(tv, first)).toMatchObject({ error: 'access_denied' });
    const form = await visitor.send(await enter(visitor, second.user_code), { confirm: 'yes' });
    const cancelled = await visitor.send(form, { answer: 'cancel' });
    expect(cancelled.text).toContain('The device was not signed in');
    expect(await poll(tv, second)).toMatchObject({ error: 'access_denied' });
  });

  it('asks for consent where the service is a third party', async () => {
    const asked = await ask(guest, 'openid offline_access guest:read');
    const visitor = newVisitor();
    const form = await visitor.send(await enter(visitor, asked.user_code), { confirm: 'yes' });
    const consent = await visitor.send(form, credentials());
    expect(consent.url.pathname).toMatch(/^\/consent\//);
    const done = await visitor.send(consent, { answer: 'agree' });
    expect(done.text).toContain('The device is signed in');
    expect(await poll(guest, asked)).toHaveProperty('refresh_token');
  });

  it('does not take a code twice, nor one that has expired, and tells no difference', async () => {
    const [used, late] = [await ask(tv), await ask(tv)];
    const visitor = newVisitor();
    const form = await visitor.send(await enter(visitor, used.user_code), { confirm: 'yes' });
    await visitor.send(form, credentials());
    const again = await enter(visitor, used.user_code);
    await app.sql(
      `UPDATE oidc_artifacts SET payload = jsonb_set(payload, '{exp}', '1') WHERE model = 'DeviceCode'`,
    );
    const expired = await enter(visitor, late.user_code);
    const unknown = await enter(visitor, 'BBBB-BBBB');
    for (const page of [again, expired, unknown]) {
      expect(page.status).toBe(422);
      expect(page.text).toBe(unknown.text);
    }
    expect(await poll(tv, late)).toMatchObject({ error: 'expired_token' });
  });

  it('is a page that has expired for who brings a form and no cookie, or an address of before', async () => {
    const { user_code } = await ask(tv);
    const lost = newVisitor();
    const shown = await lost.request(`${TEST_ISSUER}/oidc/device`, {
      method: 'POST',
      body: new URLSearchParams({ user_code, xsrf: 'x' }),
    });
    const resumed = await lost.open(`${TEST_ISSUER}/oidc/device/gone`);
    for (const page of [shown, resumed]) {
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      expect([400, 410]).toContain(page.status);
    }
  });

  it('knows no code whose secret was altered in the database, or is gone', async () => {
    for (const altered of [`payload || '{"sealedId":"altered.altered"}'`, `payload - 'sealedId'`]) {
      const asked = await ask(tv);
      await app.sql(`UPDATE oidc_artifacts SET payload = ${altered} WHERE model = 'DeviceCode'`);
      const shown = await enter(newVisitor(), asked.user_code);
      expect([shown.status, shown.text.includes('This code is not right')]).toEqual([422, true]);
    }
  });

  it('keeps neither code in the database, also while somebody signs in', async () => {
    const asked = await ask(tv);
    const visitor = newVisitor();
    await visitor.send(await enter(visitor, asked.user_code), { confirm: 'yes' });
    const rows = await app.sql('SELECT a::text AS row FROM oidc_artifacts a');
    const text = JSON.stringify(rows);
    for (const secret of [asked.device_code, asked.user_code, asked.user_code.replace('-', '')])
      expect(text).not.toContain(secret);
  });

  it('DV-5: gives one set of tokens to a device that asks twice at once', async () => {
    const asked = await ask(tv);
    const visitor = newVisitor();
    const form = await visitor.send(await enter(visitor, asked.user_code), { confirm: 'yes' });
    await visitor.send(form, credentials());
    const answers = await Promise.all(Array.from({ length: 64 }, () => poll(tv, asked)));
    const [given, ...more] = answers.filter((answer) => answer['access_token']);
    expect([given, more]).toEqual([expect.any(Object), []]);
    // And what it got is good, also when it asks once more.
    expect(await poll(tv, asked)).toMatchObject({ error: 'invalid_grant' });
    expect(await tv.refresh(app, given!['refresh_token']!)).toHaveProperty('access_token');
    expect(answers.filter((answer) => answer['error'] === 'invalid_grant')).toHaveLength(63);
  });

  it('DV-6: gives the code of a device to no other client', async () => {
    const asked = await ask(tv);
    expect(await poll(guest, asked)).toMatchObject({ error: 'invalid_grant' });
  });

  it('speaks German, and refuses a form of another browser', async () => {
    const visitor = newVisitor({ 'accept-language': 'de' });
    const page = await visitor.open(`${TEST_ISSUER}/oidc/device`);
    expect(page.text).toContain('Geben Sie den Code ein, den das Gerät zeigt.');
    const other = newVisitor();
    await other.open(`${TEST_ISSUER}/oidc/device`);
    const { user_code } = await ask(tv);
    const forged = await other.send(page, { user_code });
    expect(forged.text).not.toContain('Television');
  });
});
