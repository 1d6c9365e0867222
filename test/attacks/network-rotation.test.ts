import { LoginDocument, RegisterDocument } from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LIMIT = 4;

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});
const start = async (env: Record<string, string>) =>
  (app = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_NETWORK: String(LIMIT), ...env }));

/** Guesses at accounts that differ, so that only the network can be what is counted. */
async function guessFrom(at: TestApp, forwarded: string) {
  const input = { email: at.given.email(), password: 'a wrong guess at it' };
  const answer = await at.client.send(
    LoginDocument,
    { input },
    { headers: { 'x-forwarded-for': forwarded } },
  );
  return answer.data.login.__typename;
}
async function guessesFrom(at: TestApp, addresses: string[]) {
  const names: string[] = [];
  for (const address of addresses) names.push(await guessFrom(at, address));
  return names;
}

const REFUSED_AFTER_LIMIT = [...Array<string>(LIMIT).fill('InvalidCredentials'), 'TooManyAttempts'];
const DIFFERENT = ['192.0.2.1', '198.51.100.2', '203.0.113.3', '2001:db8:1::4', '2001:db8:2::5'];

describe('guessing from one network', () => {
  it('is counted over all accounts', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1' });
    expect(await guessesFrom(at, Array(LIMIT + 1).fill('192.0.2.1'))).toEqual(REFUSED_AFTER_LIMIT);
    expect(await guessFrom(at, '192.0.2.2')).toBe('InvalidCredentials');
  });

  it('BF-1: gains nothing by moving about in an IPv6 /64, or by writing an address otherwise', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1' });
    const same = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:0:0:0:1',
      '2001:db8:1:2:aaaa::9',
      '2001:0db8:0001:0002::ffff',
    ];
    expect(await guessesFrom(at, [...same, '2001:db8:1:2:ffff:ffff:ffff:ffff'])).toEqual(REFUSED_AFTER_LIMIT);
    expect(await guessFrom(at, '2001:db8:1:3::1')).toBe('InvalidCredentials');
  });

  it('BF-1: gains nothing by an IPv4 address in IPv6 clothes', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1' });
    const same = [
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '::FFFF:c000:201',
      '0:0:0:0:0:ffff:c000:0201',
      '192.0.2.1',
    ];
    expect(await guessesFrom(at, same)).toEqual(REFUSED_AFTER_LIMIT);
  });

  it('BF-7: believes X-Forwarded-For of nobody unless told to', async () => {
    const at = await start({});
    expect(await guessesFrom(at, DIFFERENT)).toEqual(REFUSED_AFTER_LIMIT);
  });

  it('BF-7: takes what the last trusted hop has seen, not what the client made up', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1' });
    const madeUp = DIFFERENT.map((address) => `${address}, 192.0.2.99`);
    expect(await guessesFrom(at, madeUp)).toEqual(REFUSED_AFTER_LIMIT);
  });

  it('BF-7: counts two hops when there are two', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '2' });
    const throughTwo = DIFFERENT.map((address) => `${address}, 192.0.2.99, 10.0.0.1`);
    expect(await guessesFrom(at, throughTwo)).toEqual(REFUSED_AFTER_LIMIT);
    expect(await guessFrom(at, '192.0.2.99, 192.0.2.7, 10.0.0.1')).toBe('InvalidCredentials');
  });

  it('BF-7: believes proxies by their address, and no others', async () => {
    const trusting = await start({ SIGNET_TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1, ::1' });
    // 10.1.2.3 is one of ours; what stands before the first stranger was made up.
    expect(
      await guessesFrom(
        trusting,
        DIFFERENT.map((address) => `${address}, 192.0.2.99, 10.1.2.3`),
      ),
    ).toEqual(REFUSED_AFTER_LIMIT);
    expect(await guessFrom(trusting, '192.0.2.98, 10.1.2.3')).toBe('InvalidCredentials');
    await trusting.close();
    const distrusting = await start({ SIGNET_TRUSTED_PROXIES: '10.0.0.0/8' });
    expect(await guessesFrom(distrusting, DIFFERENT)).toEqual(REFUSED_AFTER_LIMIT);
  });

  it('gains nothing by sending what is no address', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1' });
    expect(await guessesFrom(at, ['a', 'b', '192.0.2.1:99', 'unknown', '_hidden'])).toEqual(
      REFUSED_AFTER_LIMIT,
    );
  });

  it('cannot use up the allowance of an account once the network has none left', async () => {
    const at = await start({
      SIGNET_TRUSTED_PROXIES: '1',
      SIGNET_LOGIN_FAILURES_PER_ACCOUNT: String(LIMIT + 1),
    });
    const ada = await at.given.user();
    const login = async (ip: string, password: string) =>
      (
        await at.client.send(
          LoginDocument,
          { input: { email: ada.email, password } },
          { headers: { 'x-forwarded-for': ip } },
        )
      ).data.login.__typename;
    for (let guess = 0; guess < LIMIT * 3; guess += 1) await login('192.0.2.1', 'a wrong guess at it');
    expect(await login('192.0.2.1', ada.password)).toBe('TooManyAttempts');
    expect(await login('198.51.100.1', ada.password)).toBe('LoginSuccess');
  });
});

describe('registering from one network', () => {
  const register = async (
    at: TestApp,
    ip: string,
    over: Partial<Record<'email' | 'password', string>> = {},
  ) => {
    const input = { email: at.given.email(), password: 'seven blue kettles sing', name: 'Ada', ...over };
    return (await at.client.send(RegisterDocument, { input }, { headers: { 'x-forwarded-for': ip } })).data
      .register;
  };

  it('is limited, addresses that are taken included, so that it is no way to ask who has an account', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1', SIGNET_REGISTRATIONS_PER_NETWORK: '3' });
    const email = at.given.email();
    const names = [];
    for (let time = 0; time < 4; time += 1)
      names.push((await register(at, '2001:db8::1', { email })).__typename);
    expect(names).toEqual(['RegisterSuccess', 'EmailTaken', 'EmailTaken', 'TooManyAttempts']);
    const refused = await register(at, '2001:db8::2');
    if (refused.__typename !== 'TooManyAttempts') throw new Error(refused.__typename);
    expect(refused.retryAfterSeconds).toBeGreaterThan(50 * 60);
    expect((await register(at, '2001:db8:0:1::1')).__typename).toBe('RegisterSuccess');
  });

  it('is not charged for an input that is not accepted', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1', SIGNET_REGISTRATIONS_PER_NETWORK: '1' });
    for (let time = 0; time < 3; time += 1)
      expect((await register(at, '192.0.2.1', { password: 'short' })).__typename).toBe(
        'InvalidIdentityInput',
      );
    expect((await register(at, '192.0.2.1')).__typename).toBe('RegisterSuccess');
  });
});

describe('the address that sessions and the audit trail show', () => {
  it('is the one that is counted', async () => {
    const at = await start({ SIGNET_TRUSTED_PROXIES: '1' });
    const ada = await at.given.user();
    await at.client.send(
      LoginDocument,
      { input: { email: ada.email, password: ada.password } },
      { headers: { 'x-forwarded-for': '192.0.2.1, 198.51.100.9' } },
    );
    const addresses = await at.sql<{ ip_address: string; network: string }>(
      `SELECT ip_address, network FROM sessions WHERE user_id = $1 ORDER BY ip_address`,
      [ada.id],
    );
    expect(addresses).toEqual([
      { ip_address: '127.0.0.1', network: '127.0.0.1' },
      { ip_address: '198.51.100.9', network: '198.51.100.9' },
    ]);
  });
});
