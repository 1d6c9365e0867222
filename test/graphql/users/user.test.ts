import { PrivateUserDocument, PublicUserDocument, UserSessionsDocument } from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('user(id:)', () => {
  it('shows the public profile to anyone signed in, and nothing to anybody else', async () => {
    const [ada, eve] = [await app.given.user(), await app.given.user()];
    const shown = await app.client.send(PublicUserDocument, { id: ada.id }, { token: eve.accessToken });
    expect(shown.data.user).toEqual({ id: ada.id, name: 'Ada Byron', picture: null, status: 'ACTIVE' });
    expect((await app.client.send(PublicUserDocument, { id: ada.id })).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('shows the public profile to everyone by setting, and no more than that', async () => {
    const open = await startTestApp({ SIGNET_PUBLIC_PROFILE: 'everyone' }, app.databaseUrl);
    try {
      const ada = await app.given.user();
      expect((await open.client.send(PublicUserDocument, { id: ada.id })).data.user?.name).toBe('Ada Byron');
      expect((await open.client.send(PrivateUserDocument, { id: ada.id })).codes).toContain(
        'UNAUTHENTICATED',
      );
    } finally {
      await open.close();
    }
  });

  it('shows address and sessions to the user and to holders of signet:users.read alone', async () => {
    const [ada, eve, clerk] = [await app.given.user(), await app.given.user(), await app.given.user()];
    await app.given.permission(clerk.id, 'signet:users.read');
    for (const { accessToken: token } of [ada, clerk]) {
      const user = (await app.client.send(PrivateUserDocument, { id: ada.id }, { token })).data.user;
      expect(user).toEqual({ id: ada.id, email: ada.email, emailVerified: false });
      const { data } = await app.client.send(UserSessionsDocument, { id: ada.id }, { token });
      expect(data.user?.sessions).toEqual([{ id: ada.sessionId }]);
    }
    const token = eve.accessToken;
    const refused = await app.client.send(PrivateUserDocument, { id: ada.id }, { token });
    expect(refused.codes).toContain('FORBIDDEN');
    expect(JSON.stringify(refused.body)).not.toContain(ada.email);
    expect((await app.client.send(UserSessionsDocument, { id: ada.id }, { token })).codes).toEqual([
      'FORBIDDEN',
    ]);
  });

  it.each(['01890000-0000-7000-8000-000000000000', 'no id', '', "' OR 1=1", 'ada@example.com'])(
    'is null for %j, which is nobody',
    async (id) => {
      const { accessToken: token } = await app.given.user();
      expect((await app.client.send(PublicUserDocument, { id }, { token })).data.user).toBeNull();
    },
  );
});
