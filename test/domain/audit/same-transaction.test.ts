import {
  ChangePasswordDocument,
  DeleteUserDocument,
  LoginDocument,
  LogoutDocument,
  LogoutEverywhereDocument,
  RefreshDocument,
  RegisterDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
  UpdateProfileDocument,
} from '../../support/operations.js';
import { everyValue } from '../../support/dump.js';
import { GOOD_PASSWORD, type Person } from '../../support/given.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.close());

type Act = (people: {
  ada: Person;
  admin: Person;
}) => Promise<{ codes: (string | undefined)[]; body: unknown }>;

const acts: [name: string, act: Act][] = [
  [
    'register',
    () =>
      app.client.send(RegisterDocument, {
        input: { email: app.given.email(), password: GOOD_PASSWORD, name: 'Nobody' },
      }),
  ],
  [
    'login',
    ({ ada }) => app.client.send(LoginDocument, { input: { email: ada.email, password: ada.password } }),
  ],
  [
    'changePassword',
    ({ ada }) =>
      app.client.send(
        ChangePasswordDocument,
        { input: { currentPassword: ada.password, newPassword: 'eight green kettles hum' } },
        { token: ada.accessToken },
      ),
  ],
  [
    'updateProfile',
    ({ ada }) =>
      app.client.send(UpdateProfileDocument, { input: { name: 'Other' } }, { token: ada.accessToken }),
  ],
  ['logout', ({ ada }) => app.client.send(LogoutDocument, {}, { token: ada.accessToken })],
  [
    'logoutEverywhere',
    ({ ada }) => app.client.send(LogoutEverywhereDocument, {}, { token: ada.accessToken }),
  ],
  [
    'revokeSession',
    ({ ada }) =>
      app.client.send(
        RevokeSessionDocument,
        { input: { sessionId: ada.sessionId } },
        { token: ada.accessToken },
      ),
  ],
  [
    'suspendUser',
    ({ ada, admin }) =>
      app.client.send(SuspendUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken }),
  ],
  [
    'deleteUser',
    ({ ada, admin }) =>
      app.client.send(DeleteUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken }),
  ],
  [
    'the end of a session whose refresh token was reused',
    async ({ ada }) => {
      await app.sql('UPDATE sessions SET refresh_generation = 5 WHERE id = $1', [ada.sessionId]);
      return app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    },
  ],
];

describe('AU-2: a change and its trace exist together or not at all', () => {
  it.each(acts)('%s changes nothing when its trace cannot be written', async (_name, act) => {
    const people = { ada: await app.given.user(), admin: await app.given.administrator() };
    const stored = async () =>
      (await everyValue(app))
        .filter(({ place }) => !/^(throttle_buckets|signet_migrations)\.|\.refresh_generation$/.test(place))
        .map(({ place, value }) => `${place} ${value}`)
        .toSorted();
    const before = await stored();
    await app.sql('ALTER TABLE audit_events ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
    const answer = await act(people);
    expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(JSON.stringify(answer.body)).not.toMatch(/full_disk|audit_events/);
    expect(await stored()).toEqual(before);

    // With the trail back, the same act goes through.
    await app.sql('ALTER TABLE audit_events DROP CONSTRAINT full_disk');
    expect((await act(people)).codes).toEqual([]);
    expect(await stored()).not.toEqual(before);
  });
});
