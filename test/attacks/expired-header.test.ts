import { Forge } from '../support/forge.js';
import { GOOD_PASSWORD, type Person } from '../support/given.js';
import { LoginDocument, RefreshDocument, RegisterDocument } from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
let headers: [what: string, value: string][];
beforeAll(async () => {
  app = await startTestApp();
  ada = await app.given.user();
  const expired = ada.accessToken;
  app.clock.advance(301);
  const ended = await app.given.user();
  await app.client.send('mutation { logout { __typename } }', {}, { token: ended.accessToken });
  const forge = new Forge(app, ada);
  headers = [
    ['expired', `Bearer ${expired}`],
    ['of a session that has ended', `Bearer ${ended.accessToken}`],
    ['forged', `Bearer ${forge.body({ header: { alg: 'none' } })}.`],
    ['of an unknown key', `Bearer ${await forge.signed({ header: { kid: 'unknown' } })}`],
    ['garbage', 'Bearer garbage'],
    ['of another scheme', 'Basic eDp5'],
    ['empty', ''],
  ];
});
afterAll(() => app.close());

describe('a bad Authorization header', () => {
  it('is UNAUTHENTICATED for viewer, never silently anonymous', async () => {
    for (const [what, authorization] of headers) {
      const answer = await app.client.send('{ viewer { id } }', {}, { headers: { authorization } });
      expect({ what, data: answer.body.data, codes: answer.codes }).toEqual({
        what,
        data: { viewer: null },
        codes: ['UNAUTHENTICATED'],
      });
    }
  });

  it('is UNAUTHENTICATED for users and references too, even where everyone may read profiles', async () => {
    const open = await startTestApp({ SIGNET_PUBLIC_PROFILE: 'everyone' });
    try {
      const grace = await open.given.user();
      const query = `query ($id: ID!, $r: [_Any!]!) { user(id: $id) { id } _entities(representations: $r) { __typename } }`;
      const variables = { id: grace.id, r: [{ __typename: 'User', id: grace.id }] };
      const anonymous = await open.client.send(query, variables);
      expect(anonymous.body).toEqual({
        data: { user: { id: grace.id }, _entities: [{ __typename: 'User' }] },
      });
      const ended = await open.given.login(grace);
      await open.client.send('mutation { logout { __typename } }', {}, { token: ended.accessToken });
      for (const token of ['bad', ended.accessToken]) {
        const answer = await open.client.send(query, variables, { token });
        expect(answer.body.data).toEqual({ user: null, _entities: [null] });
        expect(answer.codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
      }
    } finally {
      await open.close();
    }
  });

  it('does not block register', async () => {
    for (const [what, authorization] of headers) {
      const input = { email: app.given.email(), password: GOOD_PASSWORD, name: 'New' };
      const { register } = (
        await app.client.send(RegisterDocument, { input }, { headers: { authorization } })
      ).data;
      expect([what, register.__typename]).toEqual([what, 'RegisterSuccess']);
    }
  });

  it('does not block login', async () => {
    for (const [what, authorization] of headers) {
      const input = { email: ada.email, password: ada.password };
      const { login } = (await app.client.send(LoginDocument, { input }, { headers: { authorization } }))
        .data;
      expect([what, login.__typename]).toEqual([what, 'LoginSuccess']);
    }
  });

  it('does not block refresh: an expired token is refreshed beside itself', async () => {
    for (const [what, authorization] of headers) {
      const { refreshToken } = await app.given.login(ada);
      const { refresh } = (
        await app.client.send(RefreshDocument, { input: { refreshToken } }, { headers: { authorization } })
      ).data;
      expect([what, refresh.__typename]).toEqual([what, 'RefreshSuccess']);
    }
  });

  it('of somebody else does not change for whom a credential mutation works', async () => {
    const grace = await app.given.user();
    const input = { email: ada.email, password: ada.password };
    const { login } = (await app.client.send(LoginDocument, { input }, { token: grace.accessToken })).data;
    if (login.__typename !== 'LoginSuccess') throw new Error(login.__typename);
    expect(login.user).toMatchObject({ id: ada.id, email: ada.email });
    expect(login.session.current).toBe(true);
  });
});
