import {
  RefreshDocument,
  RevokeSessionDocument,
  ViewerDocument,
  ViewerSessionsDocument,
} from '../../support/operations.js';
import type { Person } from '../../support/given.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const isSignedIn = async ({ accessToken }: Person) =>
  (await app.client.send(ViewerDocument, {}, { token: accessToken })).codes.length === 0;
const refresh = async ({ refreshToken }: Person) =>
  (await app.client.send(RefreshDocument, { input: { refreshToken } })).data.refresh.__typename;

describe('revokeSession', () => {
  const revoke = (sessionId: string, person: Person) =>
    app.client.send(RevokeSessionDocument, { input: { sessionId } }, { token: person.accessToken });

  it('SE-5: ends one of one’s own, which the list shows', async () => {
    const ada = await app.given.user();
    const other = await app.given.login(ada);
    const list = async () => {
      const { viewer } = (await app.client.send(ViewerSessionsDocument, {}, { token: ada.accessToken })).data;
      return viewer!.sessions.map(({ id, current }) => ({ id, current }));
    };
    expect(await list()).toEqual(
      expect.arrayContaining([
        { id: ada.sessionId, current: true },
        { id: other.sessionId, current: false },
      ]),
    );
    expect((await revoke(other.sessionId, ada)).data.revokeSession).toMatchObject({
      sessionId: other.sessionId,
    });
    expect(await list()).toEqual([{ id: ada.sessionId, current: true }]);
    expect(await isSignedIn(other)).toBe(false);
    expect(await refresh(other)).toBe('InvalidRefreshToken');
  });

  it('ends anybody’s with signet:users.manage, and not with signet:users.read', async () => {
    const [ada, reader, manager] = [await app.given.user(), await app.given.user(), await app.given.user()];
    await app.given.permission(reader.id, 'signet:users.read');
    await app.given.permission(manager.id, 'signet:users.manage');
    expect((await revoke(ada.sessionId, reader)).codes).toEqual(['NOT_FOUND']);
    expect(await isSignedIn(ada)).toBe(true);
    expect((await revoke(ada.sessionId, manager)).codes).toEqual([]);
    expect(await isSignedIn(ada)).toBe(false);
  });

  it('is refused at once to who was revoked themselves', async () => {
    const ada = await app.given.user();
    const other = await app.given.login(ada);
    await revoke(other.sessionId, ada);
    expect((await revoke(ada.sessionId, other)).codes).toEqual(['UNAUTHENTICATED']);
    expect(await isSignedIn(ada)).toBe(true);
  });
});
