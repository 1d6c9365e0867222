import { decode } from '../../support/forge.js';
import type { Actor } from '../../support/actor.js';
import type { Person } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  GrantPermissionDocument,
  LoginDocument,
  RefreshDocument,
  RemoveGroupMemberDocument,
  RevokePermissionDocument,
  UpdateServiceDocument,
  ViewerDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let slug: string;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
});
beforeEach(async () => {
  ({ slug } = await app.given.service({ access: 'CLOSED' }, admin));
  ada = await app.given.user();
});
afterAll(() => app.close());

const login = async (person: Person, service: string | null, password = person.password) =>
  (await app.client.send(LoginDocument, { input: { email: person.email, password, service } })).data.login
    .__typename;
const letIn = (person: Person, expiresAt?: string) =>
  admin.does(GrantPermissionDocument, {
    ...{ userId: person.id, permission: `${slug}:sign-in` },
    ...(expiresAt ? { expiresAt } : {}),
  });
/** Whether a session goes on: by its access token, and by its refresh token. */
async function goesOn({ accessToken, refreshToken }: Person): Promise<[boolean, boolean]> {
  const viewer = await app.client.send(ViewerDocument, {}, { token: accessToken });
  const refresh = await app.client.send(RefreshDocument, { input: { refreshToken } });
  return [viewer.codes.length === 0, refresh.data.refresh.__typename === 'RefreshSuccess'];
}

describe('a closed service', () => {
  it('lets in who holds its permission to sign in, and nobody else', async () => {
    expect(await login(ada, slug)).toBe('ServiceAccessDenied');
    expect(await login(ada, null)).toBe('LoginSuccess');
    await letIn(ada);
    expect(await login(ada, slug)).toBe('LoginSuccess');
  });

  it('lets its own managers and administrators in no more than others', async () => {
    const manager = await app.given.manager(slug, admin);
    const administrator = await app.given.administrator();
    expect([await login(manager, slug), await login(administrator, slug)]).toEqual([
      ...['ServiceAccessDenied', 'ServiceAccessDenied'],
    ]);
  });

  it('tells only who knows the password that they are not let in', async () => {
    expect(await login(ada, slug, 'not her password')).toBe('InvalidCredentials');
    const nobody = { ...ada, email: app.given.email() };
    expect(await login(nobody, slug)).toBe('InvalidCredentials');
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    expect(await login(ada, slug)).toBe('AccountSuspended');
  });

  it('starts no session and gives no token to who is not let in', async () => {
    const sessions = () => app.sql('SELECT count(*) FROM sessions WHERE user_id = $1', [ada.id]);
    const before = await sessions();
    await login(ada, slug);
    expect(await sessions()).toEqual(before);
  });

  it('lets in through a group, and no longer than that', async () => {
    const { group } = await admin.does(CreateGroupDocument, { name: `Staff of ${slug}` });
    await admin.does(GrantPermissionDocument, { groupId: group.id, permission: `${slug}:sign-in` });
    await admin.does(AddGroupMemberDocument, { groupId: group.id, userId: ada.id });
    const session = await app.given.login(ada, slug);
    expect(decode(session.accessToken).claims['scope']).toBe(`${slug}:sign-in`);
    await admin.does(RemoveGroupMemberDocument, { groupId: group.id, userId: ada.id });
    expect(await goesOn(session)).toEqual([false, false]);
  });

  it('ends what a session may do as soon as the permission is revoked, and of that session alone', async () => {
    await letIn(ada);
    const there = await app.given.login(ada, slug);
    const elsewhere = await app.given.login(ada, null);
    expect(await goesOn(there)).toEqual([true, true]);
    await admin.does(RevokePermissionDocument, { userId: ada.id, permission: `${slug}:sign-in` });
    expect(await goesOn(there)).toEqual([false, false]);
    expect(await goesOn(elsewhere)).toEqual([true, true]);
    expect(await login(ada, slug)).toBe('ServiceAccessDenied');
  });

  it('ends it at the moment at which the grant expires', async () => {
    await letIn(ada, new Date(app.clock.now().getTime() + 60_000).toISOString());
    const session = await app.given.login(ada, slug);
    app.clock.advance(59);
    expect((await goesOn(session))[0]).toBe(true);
    app.clock.advance(1);
    expect(await goesOn(session)).toEqual([false, false]);
  });

  it('goes on with a session when the permission is given back: it was not theft', async () => {
    await letIn(ada);
    const session = await app.given.login(ada, slug);
    await admin.does(RevokePermissionDocument, { userId: ada.id, permission: `${slug}:sign-in` });
    expect(await goesOn(session)).toEqual([false, false]);
    await letIn(ada);
    expect(await goesOn(session)).toEqual([true, true]);
  });
});

describe('a service that is open', () => {
  it('lets everybody in, until it is closed', async () => {
    const open = await app.given.service({}, admin);
    const session = await app.given.login(ada, open.slug);
    expect(await goesOn(session)).toEqual([true, true]);
    await admin.does(UpdateServiceDocument, { slug: open.slug, access: 'CLOSED' });
    expect(await goesOn(session)).toEqual([false, false]);
    expect(await login(ada, open.slug)).toBe('ServiceAccessDenied');
    await admin.does(UpdateServiceDocument, { slug: open.slug, access: 'OPEN' });
    expect(await login(ada, open.slug)).toBe('LoginSuccess');
  });
});

describe('a service that nobody has registered', () => {
  it.each(['none', 'SIGNET', '', '\0', "' OR true --", 'x'.repeat(10_000)])(
    'is told so: %j',
    async (service) => {
      const { data } = await app.client.send(LoginDocument, {
        input: { email: ada.email, password: ada.password, service },
      });
      expect(data.login.__typename).toBe('InvalidIdentityInput');
    },
  );
});
