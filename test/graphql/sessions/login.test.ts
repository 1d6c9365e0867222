import { GOOD_PASSWORD } from '../../support/given.js';
import { LoginDocument, ViewerDocument } from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('login', () => {
  it('starts a session whose access token answers viewer', async () => {
    const ada = await app.given.user();
    const { login } = (
      await app.client.send(LoginDocument, { input: { email: ada.email, password: ada.password } })
    ).data;
    if (login.__typename !== 'LoginSuccess') throw new Error(login.__typename);
    expect(login.user).toEqual({ id: ada.id, name: 'Ada Byron', email: ada.email, status: 'ACTIVE' });
    expect(login.tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 300 });
    expect(login.session.current).toBe(true);
    expect(login.session.id).not.toBe(ada.sessionId);

    const { viewer } = (await app.client.send(ViewerDocument, {}, { token: login.tokens.accessToken })).data;
    expect(viewer).toMatchObject({ id: ada.id, email: ada.email, emailVerified: false, permissions: [] });
  });

  it('accepts the address in any case, and the password in any Unicode spelling', async () => {
    const password = 'Å sehr langes Wört';
    const ada = await app.given.user({ password });
    const input = { email: ada.email.toUpperCase(), password: password.normalize('NFD') };
    expect((await app.client.send(LoginDocument, { input })).data.login.__typename).toBe('LoginSuccess');
  });

  it('answers the same for an unknown address and a wrong password', async () => {
    const ada = await app.given.user();
    const answers = await Promise.all(
      [
        { email: ada.email, password: `${GOOD_PASSWORD}!` },
        { email: app.given.email(), password: GOOD_PASSWORD },
        { email: 'no address', password: GOOD_PASSWORD },
        { email: ada.email, password: '' },
        { email: ada.email, password: 'x'.repeat(5000) },
        { email: ada.email, password: '\ud800 lone surrogate' },
        { email: `${ada.email}\0`, password: GOOD_PASSWORD },
      ].map((input) => app.client.send(LoginDocument, { input })),
    );
    for (const answer of answers)
      expect(answer.body).toEqual({
        data: {
          login: {
            __typename: 'InvalidCredentials',
            code: 'INVALID_CREDENTIALS',
            message: 'The e-mail address or the password is wrong.',
          },
        },
      });
  });
});
