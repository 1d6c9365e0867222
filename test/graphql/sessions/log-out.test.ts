import {
  LogoutDocument,
  LogoutEverywhereDocument,
  RefreshDocument,
  ViewerDocument,
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

describe('logout', () => {
  it('ends this session and no other', async () => {
    const ada = await app.given.user();
    const other = await app.given.login(ada);
    expect((await app.client.send(LogoutDocument, {}, { token: ada.accessToken })).data.logout).toEqual({
      __typename: 'LogoutSuccess',
      ended: true,
    });
    expect(await isSignedIn(ada)).toBe(false);
    expect(await refresh(ada)).toBe('InvalidRefreshToken');
    expect(await isSignedIn(other)).toBe(true);
  });

  it('works by the refresh token when the access token has expired', async () => {
    const ada = await app.given.user();
    app.clock.advance(3600);
    const input = { refreshToken: ada.refreshToken };
    const answer = await app.client.send(LogoutDocument, { input }, { token: ada.accessToken });
    expect(answer.data.logout.__typename).toBe('LogoutSuccess');
    expect(await refresh(ada)).toBe('InvalidRefreshToken');
  });

  it('may be done twice', async () => {
    const ada = await app.given.user();
    for (let time = 0; time < 2; time += 1)
      expect(
        (await app.client.send(LogoutDocument, {}, { token: ada.accessToken })).data.logout.__typename,
      ).toBe('LogoutSuccess');
  });

  it('refuses what is no refresh token, and a request without any', async () => {
    const ada = await app.given.user();
    for (const refreshToken of ['', 'garbage', ada.accessToken])
      expect(
        (await app.client.send(LogoutDocument, { input: { refreshToken } })).data.logout.__typename,
      ).toBe('InvalidRefreshToken');
    expect((await app.client.send(LogoutDocument, {})).codes).toEqual(['UNAUTHENTICATED']);
    expect(await isSignedIn(ada)).toBe(true);
  });
});

describe('logoutEverywhere', () => {
  const everywhere = async (person: Person, keepCurrent?: boolean) => {
    const variables = keepCurrent === undefined ? {} : { input: { keepCurrent } };
    return (await app.client.send(LogoutEverywhereDocument, variables, { token: person.accessToken })).data
      .logoutEverywhere;
  };

  it('ends every session of the user, and nobody else’s', async () => {
    const ada = await app.given.user();
    const [other, bob] = [await app.given.login(ada), await app.given.user()];
    expect(await everywhere(ada)).toMatchObject({ endedSessions: 2 });
    expect(await isSignedIn(ada)).toBe(false);
    expect(await isSignedIn(other)).toBe(false);
    expect(await isSignedIn(bob)).toBe(true);
  });

  it('keeps the session that asks when told to', async () => {
    const ada = await app.given.user();
    const other = await app.given.login(ada);
    expect(await everywhere(ada, true)).toMatchObject({ endedSessions: 1 });
    expect(await isSignedIn(ada)).toBe(true);
    expect(await isSignedIn(other)).toBe(false);
  });

  it('counts only sessions that lived', async () => {
    const ada = await app.given.user();
    const other = await app.given.login(ada);
    await app.client.send(LogoutDocument, {}, { token: other.accessToken });
    expect(await everywhere(ada, true)).toMatchObject({ endedSessions: 0 });
  });
});
