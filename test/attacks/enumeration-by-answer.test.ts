import { jest } from '@jest/globals';
import argon2 from 'argon2';
import {
  DeleteUserDocument,
  LoginDocument,
  RegisterDocument,
  SuspendUserDocument,
} from '../support/operations.js';
import { ReferencesWithEmailDocument, RevokeSessionDocument } from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
afterEach(() => jest.restoreAllMocks());

const WRONG = 'a wrong guess at the password';

/** Everything of an answer that an attacker sees, but for what every answer has of its own. */
async function attempt(email: string, password: string) {
  const verify = jest.spyOn(argon2, 'verify');
  const hash = jest.spyOn(argon2, 'hash');
  const answer = await app.client.send(LoginDocument, { input: { email, password } });
  const seen = {
    status: answer.status,
    body: JSON.stringify(answer.body),
    headers: [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
    verifications: verify.mock.calls.length,
    hashes: hash.mock.calls.length,
  };
  jest.restoreAllMocks();
  return seen;
}

describe('EN-1: a refused login tells nothing about the account', () => {
  it('is the same answer after the same single argon2 verification, whatever was wrong', async () => {
    const admin = await app.given.administrator();
    const [ada, suspended, deleted, withoutPassword] = [
      await app.given.user(),
      await app.given.user(),
      await app.given.user(),
      await app.given.user(),
    ];
    const options = { token: admin.accessToken };
    await app.client.send(SuspendUserDocument, { input: { userId: suspended.id } }, options);
    await app.client.send(DeleteUserDocument, { input: { userId: deleted.id } }, options);
    await app.sql('DELETE FROM password_credentials WHERE user_id = $1', [withoutPassword.id]);

    const reference = await attempt(ada.email, WRONG);
    expect(reference).toMatchObject({ status: 200, verifications: 1, hashes: 0 });
    expect(reference.body).toContain('INVALID_CREDENTIALS');

    const branches: Record<string, [email: string, password: string]> = {
      'unknown address': [app.given.email(), WRONG],
      'unknown address, empty password': [app.given.email(), ''],
      'empty password': [ada.email, ''],
      'one character too few': [ada.email, ada.password.slice(0, -1)],
      'a space behind the right password': [ada.email, `${ada.password} `],
      'the right password in another case': [ada.email, ada.password.toUpperCase()],
      'too long': [ada.email, 'x'.repeat(100_000)],
      'the right password and then too much': [ada.email, ada.password + 'x'.repeat(600)],
      'NUL inside': [ada.email, `${ada.password}\0more`],
      'NUL in the address': [`${ada.email}\0`, ada.password],
      'no Unicode text': [ada.email, '\ud800'],
      'unknown address, no Unicode text': [app.given.email(), '\ud800'],
      'no address': ['nobody', WRONG],
      'empty address': ['', ''],
      'address as long as a letter': [`${'x'.repeat(20_000)}@example.com`, WRONG],
      'address of SQL': [`' OR 1=1 --@example.com`, WRONG],
      'suspended, wrong password': [suspended.email, WRONG],
      'suspended, empty password': [suspended.email, ''],
      'deleted, its old password': [deleted.email, deleted.password],
      'no password set': [withoutPassword.email, withoutPassword.password],
      'no password set, empty one': [withoutPassword.email, ''],
    };
    for (const [what, [email, password]] of Object.entries(branches))
      expect({ what, ...(await attempt(email, password)) }).toEqual({ what, ...reference });
  });

  it('is the same for an account whose hash was made with weaker parameters', async () => {
    const ada = await app.given.user();
    const weaker = await argon2.hash(ada.password, {
      type: argon2.argon2id,
      memoryCost: 8192,
      timeCost: 1,
      parallelism: 1,
    });
    await app.sql('UPDATE password_credentials SET password_hash = $2 WHERE user_id = $1', [ada.id, weaker]);
    expect(await attempt(ada.email, WRONG)).toEqual(await attempt(app.given.email(), WRONG));
  });

  it('writes the same trace, without the address that was typed', async () => {
    const unknown = app.given.email();
    await attempt(unknown, WRONG);
    const [event] = await app.sql<{ details: unknown; user_id: string | null }>(
      `SELECT details, user_id FROM audit_events WHERE type = 'login.failed' AND user_id IS NULL LIMIT 1`,
    );
    expect(event).toEqual({ details: { reason: 'wrong credentials' }, user_id: null });
  });
});

describe('EN-3: register', () => {
  it('hashes once whether the address is taken or not', async () => {
    const ada = await app.given.user();
    const hash = jest.spyOn(argon2, 'hash');
    for (const email of [ada.email, app.given.email()]) {
      hash.mockClear();
      await app.client.send(RegisterDocument, { input: { email, password: ada.password, name: 'Ada' } });
      expect(hash).toHaveBeenCalledTimes(1);
    }
  });
});

describe('EN-6: an id of somebody else is like an id of nobody', () => {
  const NOBODY = '01890000-0000-7000-8000-000000000000';

  it('to revokeSession', async () => {
    const [ada, eve] = [await app.given.user(), await app.given.user()];
    const answers = await Promise.all(
      [ada.sessionId, ada.sessionId.toUpperCase(), NOBODY, 'no id', '', ada.id].map((sessionId) =>
        app.client.send(RevokeSessionDocument, { input: { sessionId } }, { token: eve.accessToken }),
      ),
    );
    for (const answer of answers) {
      expect(answer.codes).toEqual(['NOT_FOUND']);
      expect(answer.status).toBe(answers[0]!.status);
      expect(answer.body).toEqual(answers[0]!.body);
    }
    await app.given.login(ada);
    const living = await app.sql('SELECT 1 FROM sessions WHERE id = $1 AND ended_at IS NULL', [
      ada.sessionId,
    ]);
    expect(living).toHaveLength(1);
  });

  it('to a reference by anything but an id: an address finds nobody', async () => {
    const [ada, eve] = [await app.given.user(), await app.given.user()];
    const representations = [
      { __typename: 'User', id: ada.email },
      { __typename: 'User', email: ada.email },
      { __typename: 'User', id: NOBODY },
      { __typename: 'User', id: '' },
    ];
    const answer = await app.client.send(
      ReferencesWithEmailDocument,
      { representations },
      { token: eve.accessToken },
    );
    expect(answer.body.data?._entities).toEqual([null, null, null, null]);
    expect(answer.codes).toEqual([]);
  });
});
