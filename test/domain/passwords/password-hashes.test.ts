import { jest } from '@jest/globals';
import argon2 from 'argon2';
import {
  LoginDocument,
  RefreshDocument,
  RegisterDocument,
  ViewerDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
afterEach(() => jest.restoreAllMocks());

const login = async (email: string, password: string, at = app) =>
  (await at.client.send(LoginDocument, { input: { email, password } })).data.login;
const hashOf = async (userId: string) => {
  const rows = await app.sql<{ password_hash: string }>(
    'SELECT password_hash FROM password_credentials WHERE user_id = $1',
    [userId],
  );
  return rows[0]!.password_hash;
};

describe('a stored password', () => {
  it('PW-1: is argon2id with at least 19456 KiB and two passes, as a PHC string with a salt of its own', async () => {
    const [ada, bob] = [await app.given.user(), await app.given.user()];
    const [one, other] = [await hashOf(ada.id), await hashOf(bob.id)];
    for (const hash of [one, other]) {
      expect(hash).toMatch(/^\$argon2id\$v=19\$[^$]+\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{43}$/);
      const parameters = Object.fromEntries(
        hash
          .split('$')[3]!
          .split(',')
          .map((pair) => pair.split('=')),
      );
      expect(Number(parameters.m)).toBeGreaterThanOrEqual(19456);
      expect(Number(parameters.t)).toBeGreaterThanOrEqual(2);
    }
    expect(one.split('$')[4]).not.toBe(other.split('$')[4]);
  });

  it('PW-2: rises at the next login when the setting does; nodes of both settings take it', async () => {
    const stronger = await startTestApp({ SIGNET_ARGON2_PASSES: '3' }, app.databaseUrl);
    try {
      const [ada, bob] = [await app.given.user(), await app.given.user()];
      const before = await hashOf(bob.id);
      expect((await login(ada.email, 'wrong', stronger)).__typename).toBe('InvalidCredentials');
      expect(await hashOf(ada.id)).toContain('t=2');
      expect((await login(ada.email, ada.password, stronger)).__typename).toBe('LoginSuccess');
      const risen = await hashOf(ada.id);
      expect(risen).toContain('t=3');
      // During a roll-out the old nodes still serve, and never weaken what has risen.
      expect((await login(ada.email, ada.password)).__typename).toBe('LoginSuccess');
      expect(await hashOf(ada.id)).toBe(risen);
      expect(await hashOf(bob.id)).toBe(before);
      // The other sessions go on: it is the same password.
      const { refresh } = (
        await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } })
      ).data;
      expect(refresh.__typename).toBe('RefreshSuccess');
    } finally {
      await stronger.close();
    }
  });

  it('PW-2: rises once for two logins at the same instant, and both succeed', async () => {
    const ada = await app.given.user();
    const weaker = await argon2.hash(ada.password, {
      type: argon2.argon2id,
      memoryCost: 8192,
      timeCost: 2,
      parallelism: 1,
    });
    await app.sql('UPDATE password_credentials SET password_hash = $2 WHERE user_id = $1', [ada.id, weaker]);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => login(ada.email, ada.password)));
    expect(outcomes.map(({ __typename }) => __typename)).toEqual(Array(4).fill('LoginSuccess'));
    expect(await hashOf(ada.id)).toContain('m=19456');
  });
});

describe('a password', () => {
  const letters = Array.from({ length: 256 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join(
    '',
  );

  it.each([
    ['the 73rd character', 72],
    ['the 129th character', 128],
    ['the 256th character', 255],
  ])('PW-6: is verified to its end: %s counts', async (_what, index) => {
    const ada = await app.given.user({ password: letters });
    const changed = `${letters.slice(0, index)}x${letters.slice(index + 1)}`;
    expect((await login(ada.email, changed)).__typename).toBe('InvalidCredentials');
    expect((await login(ada.email, letters.slice(0, index))).__typename).toBe('InvalidCredentials');
    expect((await login(ada.email, letters)).__typename).toBe('LoginSuccess');
  });

  it('PW-6: counts also behind a NUL, and with the spaces around it', async () => {
    const password = '  seven blue\0kettles sing ';
    const ada = await app.given.user({ password });
    for (const guess of [
      '  seven blue',
      '  seven blue\0kettles dance ',
      password.trim(),
      password.replace('\0', ''),
    ])
      expect((await login(ada.email, guess)).__typename).toBe('InvalidCredentials');
    expect((await login(ada.email, password)).__typename).toBe('LoginSuccess');
  });

  it('PW-6: is taken in its case', async () => {
    const ada = await app.given.user({ password: 'Seven Blue Kettles sing' });
    expect((await login(ada.email, 'seven blue kettles sing')).__typename).toBe('InvalidCredentials');
  });

  it('PW-4: is limited before it is hashed: a new one that is too long costs no hash', async () => {
    const hash = jest.spyOn(argon2, 'hash');
    for (const password of [`${letters}x`, 'x'.repeat(200_000), 'short']) {
      const input = { email: app.given.email(), password, name: 'Ada' };
      expect((await app.client.send(RegisterDocument, { input })).data.register.__typename).toBe(
        'InvalidIdentityInput',
      );
    }
    expect(hash).not.toHaveBeenCalled();
  });

  it('PW-4: is limited before it is verified: a guess of any length costs one hash of nothing', async () => {
    const ada = await app.given.user();
    const verify = jest.spyOn(argon2, 'verify');
    await login(ada.email, 'x'.repeat(200_000));
    expect(verify.mock.calls.map(([, guess]) => guess.length)).toEqual([0]);
  });
});

describe('a storm of logins (PW-10)', () => {
  it('never hashes more at once than the setting, refuses the rest with a hint, and lets other work go on', async () => {
    const env = {
      SIGNET_HASH_CONCURRENCY: '1',
      SIGNET_HASH_WAIT_SECONDS: '1',
      SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '150',
    };
    const small = await startTestApp(env);
    try {
      const ada = await small.given.user();
      let inFlight = 0;
      let most = 0;
      const { verify } = argon2;
      jest.spyOn(argon2, 'verify').mockImplementation(async (...args) => {
        most = Math.max(most, ++inFlight);
        return verify(...args).finally(() => (inFlight -= 1));
      });
      let stormIsOver = false;
      const storm = Promise.all(
        Array.from({ length: 200 }, () => login(ada.email, 'a wrong guess at it', small)),
      );
      void storm.then(() => (stormIsOver = true));
      let answered = 0;
      while (!stormIsOver) {
        const { viewer } = (await small.client.send(ViewerDocument, {}, { token: ada.accessToken })).data;
        expect(viewer?.id).toBe(ada.id);
        answered += 1;
      }
      const outcomes = await storm;
      expect(most).toBe(1);
      expect(answered).toBeGreaterThan(5);

      const busy = outcomes.filter((outcome) => outcome.__typename === 'ServiceBusy');
      expect(busy.length).toBeGreaterThan(0);
      for (const outcome of busy) expect(outcome.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      const wrong = outcomes.filter((outcome) => outcome.__typename === 'InvalidCredentials').length;
      // What was not looked at did not count.
      const [bucket] = await small.sql<{ points: number }>(
        `SELECT points FROM throttle_buckets WHERE key LIKE 'login-network:%'`,
      );
      const refused = outcomes.filter((outcome) => outcome.__typename === 'TooManyAttempts').length;
      expect(bucket?.points).toBe(wrong + refused);
      expect(wrong + refused + busy.length).toBe(200);
    } finally {
      await small.close();
    }
  });
});
