import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor, type Shown } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
let ledger: RelyingParty;
beforeAll(async () => {
  app = await startTestApp();
  const admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop', { name: 'Tea Shop' });
  ledger = await startRelyingParty(app, admin, 'ledger', { name: 'Ledger by Example', firstParty: false });
});
afterAll(async () => {
  await shop?.close();
  await ledger?.close();
  await app.close();
});

const ACCOUNT = `${TEST_ISSUER}/account`;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

async function signIn(visitor: Visitor, { email, password }: Person): Promise<Shown> {
  return visitor.send(await visitor.open(ACCOUNT), { email, password });
}

/** Somebody in two browsers, one of them signed in to a service, and with tokens of GraphQL. */
async function somebody() {
  const ada = await app.given.user();
  const [here, there] = [new Visitor(app, { 'user-agent': FIREFOX }), new Visitor(app)];
  await there.send(await there.open(shop.signInUrl()), { email: ada.email, password: ada.password });
  const page = await signIn(here, ada);
  return { ada, here, there, page };
}

/** Sends the form with this action, the first one or the one that says `containing`. */
function submit(visitor: Visitor, page: Shown, action: string, fields: object = {}, containing = '') {
  const forms = page.html.match(/<form[^]*?<\/form>/g) ?? [];
  const form = forms.find((text) => text.includes(`action="${action}"`) && text.includes(containing));
  if (!form) throw new Error(`no form leads to ${action}`);
  return visitor.send({ ...page, html: form }, fields as Record<string, string>);
}

describe('the account page', () => {
  it('is where one signs in without a service, and shows who one is', async () => {
    const { ada, page } = await somebody();
    expect(page.url.href).toBe(ACCOUNT);
    expect(page.status).toBe(200);
    expect(page.text).toContain(`Signed in as ${ada.email}`);
    expect(page.html).toMatch(/<input\s+id="name"[^>]*value="Ada Byron"/);
  });

  it('does not go round in circles with who cancels', async () => {
    const visitor = new Visitor(app);
    const page = await visitor.send(await visitor.open(ACCOUNT), { answer: 'cancel' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('You are not signed in');
    expect(page.html).toContain('href="/account"');
  });

  it('changes the name, and says what is wrong with one', async () => {
    const { ada, here, page } = await somebody();
    const wrong = await submit(here, page, '/account/profile', { name: '  ' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter your name.');
    const right = await submit(here, page, '/account/profile', { name: 'Countess' });
    expect(right.text).toContain('Your name was changed.');
    expect(await app.sql('SELECT name FROM users WHERE id = $1', [ada.id])).toEqual([{ name: 'Countess' }]);
  });

  it('shows sessions with device and services, and ends one of them or all others', async () => {
    const { ada, here, there, page } = await somebody();
    expect(page.text).toContain('Firefox on Linux this browser');
    expect(page.text).toContain('Services: Tea Shop');
    const row = page.html.match(/<li class="row">[^]*?<\/li>/g)!.find((text) => text.includes('Tea Shop'))!;
    const [, id] = /name="session" value="([^"]+)"/.exec(row)!;
    const ended = await submit(here, page, '/account/end-session', {}, id);
    expect(ended.text).toContain('The session was ended.');
    expect(ended.text).not.toContain('Tea Shop');
    expect((await there.open(shop.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);

    await signIn(there, ada);
    const rest = await submit(here, await here.open(ACCOUNT), '/account/end-others');
    expect(rest.text).toContain('All your other sessions were ended.');
    expect(rest.html).not.toContain('/account/end-session');
    expect((await there.open(ACCOUNT)).url.pathname).toMatch(/^\/sign-in\//);
    expect((await here.open(ACCOUNT)).url.href).toBe(ACCOUNT);
  });

  it('signs one service out of a session, and leaves the rest of it', async () => {
    const { ada, here, there, page } = await somebody();
    const form = page.html
      .match(/<form[^]*?<\/form>/g)!
      .find((text) => text.includes('/account/leave-service'))!;
    expect(form).toMatch(/<button[^>]*aria-label="Sign out of Tea Shop on [^"]+"/);
    const left = await submit(here, page, '/account/leave-service', {}, shop.clientId);
    expect(left.text).toContain('You are signed out of the service on that device.');
    expect(left.html).not.toContain('/account/leave-service');
    const rows = await app.sql(
      `SELECT 1 FROM session_clients k JOIN sessions s ON s.id = k.session_id WHERE s.user_id = $1`,
      [ada.id],
    );
    expect(rows).toEqual([]);
    // The browser there is still signed in to Signet.
    expect((await there.open(ACCOUNT)).url.href).toBe(ACCOUNT);
  });

  it('signs nobody else’s service out, whatever the form says', async () => {
    const [victim, attacker] = [await somebody(), await somebody()];
    const [, session] = /name="session" value="([^"]+)"[^]*?name="client"/.exec(
      victim.page.html.match(/<form[^]*?<\/form>/g)!.find((text) => text.includes('/account/leave-service'))!,
    )!;
    await submit(attacker.here, attacker.page, '/account/leave-service', { session: session! });
    expect((await victim.here.open(ACCOUNT)).text).toContain('Tea Shop');
  });

  it('changes the password, which ends all other sessions', async () => {
    const { ada, here, there, page } = await somebody();
    const password = 'nine purple harbours hum';
    const attempt = (current: string, wanted: string) =>
      submit(here, page, '/account/password', { 'current-password': current, 'new-password': wanted });
    expect((await attempt('a wrong guess', password)).text).toContain('This is not your present password.');
    expect((await attempt(ada.password, 'short')).text).toContain('needs at least 15 characters');
    expect((await attempt(ada.password, 'aaaaaaaaaaaaaaaaaaaa')).text).toContain('easy to guess');
    expect((await attempt(ada.password, password)).text).toContain('Your password was changed');
    expect((await there.open(shop.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);
    expect((await signIn(new Visitor(app), { ...ada, password })).url.href).toBe(ACCOUNT);
  });

  it('shows what others may do, and takes it back: their tokens end and they have to ask again', async () => {
    const ada = await app.given.user();
    const visitor = new Visitor(app);
    const scope = 'openid email offline_access ledger:read';
    const asked = await visitor.send(await visitor.open(ledger.signInUrl({ scope, prompt: 'consent' })), {
      email: ada.email,
      password: ada.password,
    });
    const back = await visitor.send(asked, { answer: 'agree' });
    const tokens = await ledger.redeem(app, back.url);
    const page = await visitor.open(ACCOUNT);
    expect(page.text).toContain('Ledger by Example');
    expect(page.text).toContain('Read your orders (The ledger)');
    const taken = await submit(visitor, page, '/account/take-back');
    expect(taken.text).toContain('It was taken back.');
    expect(taken.text).not.toContain('Read your orders');
    const refreshed = await ledger.refresh(app, tokens['refresh_token']!);
    expect(refreshed).toMatchObject({ error: 'invalid_grant' });
    expect((await visitor.open(ledger.signInUrl({ scope }))).url.pathname).toMatch(/^\/consent\//);

    const events = await app.sql(
      `SELECT type, actor_id, user_id, subject_name, before, after FROM audit_events
       WHERE type LIKE 'consent.%' AND user_id = $1 ORDER BY id`,
      [ada.id],
    );
    const scopes = expect.arrayContaining(scope.split(' '));
    const common = { actor_id: ada.id, user_id: ada.id, subject_name: ledger.clientId };
    expect(events).toEqual([
      { type: 'consent.given', ...common, before: null, after: { scopes } },
      { type: 'consent.taken-back', ...common, before: { scopes }, after: null },
    ]);
  });

  it('does nothing for a form of another site, or of another session', async () => {
    const [{ ada, here, page }, other] = [await somebody(), await somebody()];
    const foreign = { origin: 'https://evil.example' };
    expect((await here.post(page, { name: 'Mallory' }, foreign)).status).toBe(403);
    const mixed = await submit(here, other.page, '/account/profile', { name: 'Mallory' });
    expect(mixed.status).toBe(403);
    expect(await app.sql('SELECT name FROM users WHERE id = $1', [ada.id])).toEqual([{ name: ada.name }]);
  });

  it('does not end sessions of others, nor take back what is theirs', async () => {
    const [mallory, ada] = [await somebody(), await app.given.user()];
    await submit(mallory.here, mallory.page, '/account/end-session', { session: ada.sessionId });
    await submit(mallory.here, mallory.page, '/account/end-session', { session: 'no id' });
    expect(await app.sql('SELECT ended_at FROM sessions WHERE id = $1', [ada.sessionId])).toEqual([
      { ended_at: null },
    ]);
  });

  it('is not for who was suspended meanwhile', async () => {
    const { ada, here } = await somebody();
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    expect((await here.open(ACCOUNT)).url.pathname).toMatch(/^\/sign-in\//);
  });

  it('says times in words of the language, and no sentence but its own', async () => {
    const { ada } = await somebody();
    const page = await signIn(new Visitor(app, { 'accept-language': 'de' }), ada);
    expect(page.text).toMatch(/Angemeldet \d{2}\.\d{2}\.\d{4}, \d{2}:\d{2} UTC von 127\.0\.0\.1/);
    const visitor = new Visitor(app);
    await signIn(visitor, ada);
    for (const done of ['canary', '__proto__', 'constructor'])
      expect((await visitor.open(`${ACCOUNT}?done=${done}`)).html).not.toMatch(/role="status"|canary/);
  });

  it('gives no code to anybody: nobody knows the verifier', async () => {
    const visitor = new Visitor(app);
    const { email, password } = await app.given.user();
    const form = await visitor.open(ACCOUNT);
    const answer = await visitor.post(form, { email, password });
    const resumed = await visitor.request(answer.headers.get('location')!);
    const code = new URL(resumed.headers.get('location')!).searchParams.get('code')!;
    const response = await fetch(`${app.origin}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: `${TEST_ISSUER}/account/signed-in`,
        client_id: 'signet-account',
        code_verifier: 'A'.repeat(43),
      }),
    });
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
  });
});
