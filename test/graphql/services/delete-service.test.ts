import type { Actor } from '../../support/actor.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  DeleteServiceDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  PermissionsDocument,
  RegisterServiceDocument,
  RoleDocument,
  ServiceDocument,
  UserAccessDocument,
  UserGroupDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
});
afterAll(() => app.close());

describe('deleteService', () => {
  it('takes away its permissions, its roles, and what was given of them, and leaves the rest', async () => {
    const slug = app.given.slug();
    const roles = [{ name: `Own of ${slug}`, permissions: ['refund'] }];
    const { read, refund } = await app.given.service({ slug, roles }, admin);
    const [ada, eve] = [await app.given.user(), await app.given.user()];
    await admin.does(CreateRoleDocument, { name: `Wide ${slug}`, permissions: [read, 'signet:users.read'] });
    await admin.does(GrantRoleDocument, { userId: ada.id, role: `Own of ${slug}` });
    await admin.does(GrantRoleDocument, { userId: ada.id, role: `Wide ${slug}` });
    const { group } = await admin.does(CreateGroupDocument, { name: `Group ${slug}`, service: slug });
    await admin.does(AddGroupMemberDocument, { groupId: group.id, userId: eve.id });
    await admin.does(GrantPermissionDocument, { groupId: group.id, permission: `${slug}:sign-in` });

    const { __typename, losses } = await admin.fails(DeleteServiceDocument, { slug });
    expect(__typename).toBe('ConfirmationRequired');
    expect(losses).toEqual([
      { permission: read, userCount: 1, users: [{ id: ada.id }] },
      { permission: refund, userCount: 1, users: [{ id: ada.id }] },
      { permission: `${slug}:sign-in`, userCount: 1, users: [{ id: eve.id }] },
    ]);

    expect((await admin.does(DeleteServiceDocument, { slug, confirm: true })).slug).toBe(slug);
    expect((await admin.asks(ServiceDocument, { slug })).service).toBeNull();
    expect((await admin.asks(PermissionsDocument, { service: slug })).permissions).toEqual([]);
    expect((await admin.asks(RoleDocument, { name: `Own of ${slug}` })).role).toBeNull();
    const { role } = await admin.asks(RoleDocument, { name: `Wide ${slug}` });
    expect(role!.permissions).toEqual([{ name: 'signet:users.read' }]);
    const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
    expect([user!.permissions, user!.roles]).toEqual([
      [{ name: 'signet:users.read' }],
      [{ name: `Wide ${slug}` }],
    ]);
    // Its groups go to those who manage every service: people may be in them for other reasons.
    const { userGroup } = await admin.asks(UserGroupDocument, { id: group.id });
    expect(userGroup).toMatchObject({ service: null, grants: [] });
    // That somebody else manages the group now is in the trail.
    const [event] = await app.sql(
      `SELECT actor_id AS actor, subject_name AS name, before, after, details FROM audit_events
       WHERE type = 'group.changed' ORDER BY id DESC LIMIT 1`,
    );
    expect(event).toEqual({
      ...{ actor: admin.id, name: `Group ${slug}` },
      before: { name: `Group ${slug}`, description: null, service: slug },
      after: { name: `Group ${slug}`, description: null, service: null },
      details: { groupId: group.id, because: `service ${slug} was removed` },
    });
  });

  it('needs no confirmation when nobody loses anything, and gives nothing to who registers it again', async () => {
    const { slug, refund } = await app.given.service({}, admin);
    const ada = await app.given.user();
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: refund });
    await admin.does(DeleteServiceDocument, { slug, confirm: true });
    await admin.does(RegisterServiceDocument, { slug, name: 'Again', permissions: [{ name: 'refund' }] });
    const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
    expect([user!.permissions, user!.grants]).toEqual([[], []]);
    await admin.does(DeleteServiceDocument, { slug });
  });

  it('never removes Signet itself, nor what is not there', async () => {
    expect(await admin.faults(DeleteServiceDocument, { slug: 'signet', confirm: true })).toEqual([
      ['slug', 'RESERVED'],
    ]);
    for (const slug of ['none', 'SIGNET', '', '\0', 'signet:users.read'])
      expect([slug, await admin.refused(DeleteServiceDocument, { slug, confirm: true })]).toEqual([
        slug,
        'NOT_FOUND',
      ]);
  });

  it('is for those alone who manage every service', async () => {
    const { slug } = await app.given.service({}, admin);
    for (const person of [await app.given.user(), await app.given.manager(slug, admin)]) {
      const other = await app.given.acting(person);
      expect(await other.refused(DeleteServiceDocument, { slug, confirm: true })).toBe('FORBIDDEN');
    }
  });
});
