import { everyValue } from '../../support/dump.js';
import {
  ChangePasswordDocument,
  DeleteUserDocument,
  LoginDocument,
  ReactivateUserDocument,
  ReferencesDocument,
  RefreshDocument,
  RegisterDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
  UpdateProfileDocument,
  UsersDocument,
} from '../../support/operations.js';
import { startRelyingParty } from '../../support/relying-party.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { Visitor } from '../../support/visitor.js';

let app: TestApp;
beforeEach(async () => {
  // So that everybody in these tests has an address of their own to be recognised by.
  app = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
});
afterEach(() => app.close());

const ADA = {
  email: 'ada.canary@private.example',
  name: 'Adelheid Kanarienvogel',
  ip: '198.51.100.77',
  agent: 'CanaryBrowser/7.1',
};
const asAda = { 'x-forwarded-for': ADA.ip, 'user-agent': ADA.agent };
const password = 'seven blue kettles sing';

async function registerAda() {
  const input = { email: ADA.email, password, name: ADA.name };
  const { register } = (await app.client.send(RegisterDocument, { input }, { headers: asAda })).data;
  if (register.__typename !== 'RegisterSuccess') throw new Error(register.__typename);
  const { accessToken, refreshToken } = register.tokens;
  return {
    id: register.user.id,
    token: accessToken,
    refreshToken: refreshToken!,
    sessionId: register.session.id,
  };
}

const deleteUser = (userId: string, token: string) =>
  app.client.send(DeleteUserDocument, { input: { userId } }, { token });

describe('deleteUser', () => {
  it('leaves a tombstone that references still find', async () => {
    const [admin, ada] = [await app.given.administrator(), await registerAda()];
    const tombstone = { id: ada.id, name: 'Deleted user', status: 'DELETED' };
    expect((await deleteUser(ada.id, admin.accessToken)).data.deleteUser).toMatchObject({
      __typename: 'DeleteUserSuccess',
      user: tombstone,
    });
    const representations = [{ __typename: 'User', id: ada.id }];
    const references = await app.client.send(
      ReferencesDocument,
      { representations },
      { token: admin.accessToken },
    );
    expect(references.data._entities).toEqual([tombstone]);
    const users = await app.client.send(UsersDocument, {}, { token: admin.accessToken });
    expect(users.data.users.edges.map(({ node }) => node.id)).not.toContain(ada.id);
  });

  it('takes all personal data out of every table (GD-2)', async () => {
    const [admin, ada] = [await app.given.administrator(), await registerAda()];
    const options = { token: ada.token, headers: asAda };
    // Everything that leaves a trace of her: profile, failed and new sign-ins, a mail in the outbox, acts on others.
    const change = { name: `${ADA.name} II`, picture: 'https://private.example/canary.png' };
    await app.client.send(UpdateProfileDocument, { input: change }, options);
    for (const guess of ['wrong', password])
      await app.client.send(
        LoginDocument,
        { input: { email: ADA.email, password: guess } },
        { headers: asAda },
      );
    const newPassword = 'eight green kettles hum';
    const changed = await app.client.send(
      ChangePasswordDocument,
      { input: { currentPassword: password, newPassword } },
      options,
    );
    expect(changed.data.changePassword.__typename).toBe('ChangePasswordSuccess');
    const bob = await app.given.user();
    await app.given.permission(ada.id, 'signet:users.manage');
    await app.client.send(SuspendUserDocument, { input: { userId: bob.id } }, options);
    await app.client.send(RevokeSessionDocument, { input: { sessionId: bob.sessionId } }, options);

    const traces = [ADA.email, 'ada.canary', 'Kanarienvogel', ADA.ip, ADA.agent, 'canary.png'];
    const before = await everyValue(app);
    for (const trace of traces) expect(before.filter(({ value }) => value.includes(trace))).not.toEqual([]);

    await deleteUser(ada.id, admin.accessToken);
    // Counters of attempts know networks, not users; they go a day after they have run out.
    app.clock.advance(26 * 3600);
    await app.identity.prune();
    const after = await everyValue(app);
    for (const trace of traces) expect(after.filter(({ value }) => value.includes(trace))).toEqual([]);
    expect(after.some(({ value }) => value.includes(ada.id))).toBe(true);
  });

  it('takes what services got of her, and what she let third parties have, at once (GD-2)', async () => {
    const [admin, ada] = [await app.given.administrator(), await registerAda()];
    const guest = await startRelyingParty(app, admin, 'guest', { firstParty: false });
    const person = { ...ada, accessToken: ada.token, email: ADA.email, password, name: ADA.name };
    await guest.signIn(app, new Visitor(app, asAda), person, 'openid email guest:read');
    const kept = async () => [
      await app.sql('SELECT 1 FROM consents WHERE user_id = $1', [ada.id]),
      await app.sql('SELECT 1 FROM oidc_artifacts WHERE account_id = $1', [ada.id]),
    ];
    for (const rows of await kept()) expect(rows).not.toEqual([]);
    await deleteUser(ada.id, admin.accessToken);
    expect(await kept()).toEqual([[], []]);
    await guest.close();
  });

  it('keeps where the administrator was, who is not the one deleted', async () => {
    const [admin, ada] = [await app.given.administrator(), await registerAda()];
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    await app.client.send(
      DeleteUserDocument,
      { input: { userId: ada.id } },
      { token: admin.accessToken, headers },
    );
    const events = await app.sql(`SELECT ip_address FROM audit_events WHERE type = 'user.deleted'`);
    expect(events).toEqual([{ ip_address: '203.0.113.9' }]);
  });

  it('ends everything that the user could do', async () => {
    const [admin, ada] = [await app.given.administrator(), await registerAda()];
    await deleteUser(ada.id, admin.accessToken);
    const login = await app.client.send(LoginDocument, { input: { email: ADA.email, password } });
    expect(login.data.login.__typename).toBe('InvalidCredentials');
    const refresh = await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    expect(refresh.data.refresh.__typename).toBe('InvalidRefreshToken');
    const profile = await app.client.send(
      UpdateProfileDocument,
      { input: { name: 'Back' } },
      { token: ada.token },
    );
    expect(profile.codes).toEqual(['UNAUTHENTICATED']);
  });

  it('cannot be undone or done again', async () => {
    const [admin, ada] = [await app.given.administrator(), await registerAda()];
    await deleteUser(ada.id, admin.accessToken);
    expect((await deleteUser(ada.id, admin.accessToken)).codes).toEqual(['NOT_FOUND']);
    const input = { userId: ada.id };
    const token = admin.accessToken;
    expect((await app.client.send(ReactivateUserDocument, { input }, { token })).codes).toEqual([
      'NOT_FOUND',
    ]);
    expect((await app.client.send(SuspendUserDocument, { input }, { token })).codes).toEqual(['NOT_FOUND']);
  });

  it('frees the address for a new account, under another id', async () => {
    const [admin, ada] = [await app.given.administrator(), await registerAda()];
    await deleteUser(ada.id, admin.accessToken);
    expect((await registerAda()).id).not.toBe(ada.id);
  });

  it('never takes the last administrator', async () => {
    const admin = await app.given.administrator();
    for (const id of [admin.id, admin.id.toUpperCase()])
      expect((await deleteUser(id, admin.accessToken)).data.deleteUser.__typename).toBe('LastAdministrator');
  });

  it('needs signet:users.manage, even for oneself', async () => {
    const ada = await registerAda();
    expect((await deleteUser(ada.id, ada.token)).codes).toEqual(['FORBIDDEN']);
  });
});
