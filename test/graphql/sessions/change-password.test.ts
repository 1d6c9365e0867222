import {
  ChangePasswordDocument,
  LoginDocument,
  RefreshDocument,
  ViewerDocument,
} from '../../support/operations.js';
import type { Person } from '../../support/given.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const NEW_PASSWORD = 'eight green kettles hum';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const change = async (
  person: Person,
  over: Partial<{ currentPassword: string; newPassword: string }> = {},
) => {
  const input = { currentPassword: person.password, newPassword: NEW_PASSWORD, ...over };
  return (await app.client.send(ChangePasswordDocument, { input }, { token: person.accessToken })).data
    .changePassword;
};
const login = async (email: string, password: string) =>
  (await app.client.send(LoginDocument, { input: { email, password } })).data.login.__typename;
const isSignedIn = async ({ accessToken }: Person) =>
  (await app.client.send(ViewerDocument, {}, { token: accessToken })).codes.length === 0;

describe('changePassword (PW-8)', () => {
  it('ends all other sessions, and keeps the one that asks', async () => {
    const ada = await app.given.user();
    const others = [await app.given.login(ada), await app.given.login(ada)];
    const bob = await app.given.user();
    expect(await change(ada)).toEqual({ __typename: 'ChangePasswordSuccess', endedSessions: 2 });
    expect(await isSignedIn(ada)).toBe(true);
    expect(await isSignedIn(bob)).toBe(true);
    for (const other of others) {
      expect(await isSignedIn(other)).toBe(false);
      const { refresh } = (
        await app.client.send(RefreshDocument, { input: { refreshToken: other.refreshToken } })
      ).data;
      expect(refresh.__typename).toBe('InvalidRefreshToken');
    }
    const { refresh } = (
      await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } })
    ).data;
    expect(refresh.__typename).toBe('RefreshSuccess');
  });

  it('replaces the password at once', async () => {
    const ada = await app.given.user();
    await change(ada);
    expect(await login(ada.email, ada.password)).toBe('InvalidCredentials');
    expect(await login(ada.email, NEW_PASSWORD)).toBe('LoginSuccess');
  });

  it('needs the current password, and changes nothing without it', async () => {
    const ada = await app.given.user();
    const other = await app.given.login(ada);
    for (const currentPassword of ['', 'wrong', NEW_PASSWORD, `${ada.password} `, 'x'.repeat(5000)])
      expect((await change(ada, { currentPassword })).__typename).toBe('InvalidCredentials');
    expect(await login(ada.email, ada.password)).toBe('LoginSuccess');
    expect(await isSignedIn(other)).toBe(true);
  });

  it('holds the new password to the same rules, and names the field', async () => {
    const ada = await app.given.user({ name: 'Maximiliana Wolfenstein' });
    for (const [newPassword, code] of [
      ['short', 'TOO_SHORT'],
      ['x'.repeat(257), 'TOO_LONG'],
      ['qwertyuiopasdfghjkl', 'TOO_OBVIOUS'],
      ['wolfenstein maximiliana', 'TOO_OBVIOUS'],
      [ada.email, 'TOO_OBVIOUS'],
    ] as const)
      expect(await change(ada, { newPassword })).toMatchObject({
        __typename: 'InvalidIdentityInput',
        fields: [{ path: 'newPassword', code }],
      });
    expect(await login(ada.email, ada.password)).toBe('LoginSuccess');
  });

  it('lets one of two changes at the same instant through', async () => {
    const ada = await app.given.user();
    const passwords = ['first of two passwords', 'second of the passwords'];
    const outcomes = await Promise.all(passwords.map((newPassword) => change(ada, { newPassword })));
    const winner = outcomes.findIndex(({ __typename }) => __typename === 'ChangePasswordSuccess');
    expect(outcomes.map(({ __typename }) => __typename).toSorted()).toEqual([
      'ChangePasswordSuccess',
      'InvalidCredentials',
    ]);
    expect(await login(ada.email, passwords[winner]!)).toBe('LoginSuccess');
    expect(await login(ada.email, passwords[1 - winner]!)).toBe('InvalidCredentials');
  });

  it('needs somebody who is signed in', async () => {
    const input = { currentPassword: 'a', newPassword: NEW_PASSWORD };
    expect((await app.client.send(ChangePasswordDocument, { input })).codes).toEqual(['UNAUTHENTICATED']);
    expect((await app.client.send(ChangePasswordDocument, { input }, { token: 'bad' })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
  });
});
