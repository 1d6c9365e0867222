import { ChangePasswordDocument, LoginDocument } from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LIMIT = 3;
const limits = {
  SIGNET_LOGIN_FAILURES_PER_ACCOUNT: String(LIMIT),
  SIGNET_TRUSTED_PROXIES: '1',
  SIGNET_HASH_WAIT_SECONDS: '60',
};

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp(limits);
});
afterEach(() => app.close());

const HOME = '198.51.100.1';
/** An address from which nobody has signed in before. */
let strangers = 0;
const stranger = () => `203.0.${113 + Math.floor(strangers / 250)}.${1 + (strangers++ % 250)}`;

const loginFrom = async (ip: string, email: string, password = 'a wrong guess at it', at = app) =>
  (
    await at.client.send(
      LoginDocument,
      { input: { email, password } },
      { headers: { 'x-forwarded-for': ip } },
    )
  ).data.login;
const outcomes = async (attempts: Promise<{ __typename: string }>[]) =>
  (await Promise.all(attempts)).map(({ __typename }) => __typename);
const count = (names: string[], name: string) => names.filter((one) => one === name).length;

/** Somebody who signed in at home. */
async function ownerAtHome() {
  const ada = await app.given.user();
  expect((await loginFrom(HOME, ada.email, ada.password)).__typename).toBe('LoginSuccess');
  return ada;
}

async function guessUntilBlocked(email: string) {
  for (let guess = 0; guess < LIMIT; guess += 1)
    expect((await loginFrom(stranger(), email)).__typename).toBe('InvalidCredentials');
  expect((await loginFrom(stranger(), email)).__typename).toBe('TooManyAttempts');
}

describe('guessing at one account', () => {
  it('is counted by account, from however many addresses it comes', async () => {
    const ada = await ownerAtHome();
    await guessUntilBlocked(ada.email);
    const bob = await app.given.user();
    expect((await loginFrom(stranger(), bob.email, bob.password)).__typename).toBe('LoginSuccess');
  });

  it('is counted for an address without an account too, with the same answers', async () => {
    await guessUntilBlocked(app.given.email());
  });

  it('BF-1: is counted once, however the address is written', async () => {
    const email = `bf1-${Date.now()}@bücher.example`;
    const spellings = [email.toUpperCase(), `  ${email}\t`, email.replace('bücher', 'xn--bcher-kva')];
    for (const spelling of spellings)
      expect((await loginFrom(stranger(), spelling)).__typename).toBe('InvalidCredentials');
    expect((await loginFrom(stranger(), email)).__typename).toBe('TooManyAttempts');
  });

  it('BF-2: a hundred guesses at once count as a hundred', async () => {
    const ada = await ownerAtHome();
    const names = await outcomes(Array.from({ length: 100 }, () => loginFrom(stranger(), ada.email)));
    expect(count(names, 'InvalidCredentials')).toBe(LIMIT);
    expect(count(names, 'TooManyAttempts')).toBe(100 - LIMIT);
  });

  it('BF-3: answers the right password like a wrong one while it has to wait', async () => {
    const ada = await ownerAtHome();
    await guessUntilBlocked(ada.email);
    const headers = { 'x-forwarded-for': stranger() };
    const [right, wrong] = await Promise.all(
      [ada.password, 'a wrong guess at it'].map((password) =>
        app.client.send(LoginDocument, { input: { email: ada.email, password } }, { headers }),
      ),
    );
    expect(right!.data.login.__typename).toBe('TooManyAttempts');
    const withoutWait = (body: unknown) => JSON.stringify(body).replace(/"retryAfterSeconds":\d+/, '');
    expect(withoutWait(right!.body)).toBe(withoutWait(wrong!.body));
  });

  it('BF-3: does not lock the owner out of a network that they have signed in from', async () => {
    const ada = await ownerAtHome();
    await guessUntilBlocked(ada.email);
    expect((await loginFrom(HOME, ada.email, ada.password)).__typename).toBe('LoginSuccess');
    // The owner's network has an allowance of its own, and no more than that.
    const names = [];
    for (let guess = 0; guess < LIMIT + 1; guess += 1)
      names.push((await loginFrom(HOME, ada.email)).__typename);
    expect(names.at(-2)).toBe('InvalidCredentials');
    expect(names.at(-1)).toBe('TooManyAttempts');
  });

  it('says how long to wait, and forgets when that time has passed', async () => {
    const ada = await ownerAtHome();
    await guessUntilBlocked(ada.email);
    const blocked = await loginFrom(stranger(), ada.email);
    if (blocked.__typename !== 'TooManyAttempts') throw new Error(blocked.__typename);
    expect(blocked.retryAfterSeconds).toBeGreaterThan(14 * 60);
    expect(blocked.retryAfterSeconds).toBeLessThanOrEqual(15 * 60);
    await app.sql(
      `UPDATE throttle_buckets SET expire = expire - 15 * 60 * 1000 WHERE key LIKE 'login-account:%'`,
    );
    expect((await loginFrom(stranger(), ada.email, ada.password)).__typename).toBe('LoginSuccess');
  });

  it('does not make the wait longer for who goes on trying', async () => {
    const ada = await ownerAtHome();
    await guessUntilBlocked(ada.email);
    const expiry = () =>
      app.sql(`SELECT expire FROM throttle_buckets WHERE key LIKE 'login-account:%' AND points > $1`, [
        LIMIT,
      ]);
    const before = await expiry();
    expect(before).toHaveLength(1);
    expect((await loginFrom(stranger(), ada.email)).__typename).toBe('TooManyAttempts');
    expect(await expiry()).toEqual(before);
  });

  it('gives the charge back when the password was right', async () => {
    const ada = await ownerAtHome();
    for (let time = 0; time < LIMIT * 3; time += 1)
      expect((await loginFrom(stranger(), ada.email, ada.password)).__typename).toBe('LoginSuccess');
    expect((await loginFrom(stranger(), ada.email)).__typename).toBe('InvalidCredentials');
  });

  it('gives the charge back to who knows the password of a suspended account', async () => {
    const ada = await ownerAtHome();
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    for (let time = 0; time < LIMIT * 2; time += 1)
      expect((await loginFrom(stranger(), ada.email, ada.password)).__typename).toBe('AccountSuspended');
  });

  it('BF-6: is counted by all nodes together, and by one that has just started', async () => {
    const ada = await ownerAtHome();
    const other = await startTestApp(limits, app.databaseUrl);
    try {
      const names = await outcomes(
        Array.from({ length: 20 }, (_, index) =>
          loginFrom(stranger(), ada.email, undefined, index % 2 ? app : other),
        ),
      );
      expect(count(names, 'InvalidCredentials')).toBe(LIMIT);
    } finally {
      await other.close();
    }
    const restarted = await startTestApp(limits, app.databaseUrl);
    try {
      expect((await loginFrom(stranger(), ada.email, ada.password, restarted)).__typename).toBe(
        'TooManyAttempts',
      );
    } finally {
      await restarted.close();
    }
  });

  it('BF-5: cannot go on at changePassword with a stolen session, from however many addresses', async () => {
    const ada = await ownerAtHome();
    const guess = async (currentPassword: string) => {
      const input = { currentPassword, newPassword: 'eight green kettles hum' };
      const options = { token: ada.accessToken, headers: { 'x-forwarded-for': stranger() } };
      return (await app.client.send(ChangePasswordDocument, { input }, options)).data.changePassword
        .__typename;
    };
    for (let time = 0; time < LIMIT; time += 1)
      expect(await guess('a wrong guess at it')).toBe('InvalidCredentials');
    expect(await guess('a wrong guess at it')).toBe('TooManyAttempts');
    expect(await guess(ada.password)).toBe('TooManyAttempts');
    // It is the session that guesses: the owner's login goes on.
    expect((await loginFrom(HOME, ada.email, ada.password)).__typename).toBe('LoginSuccess');
  });
});
