import { succeed } from '../../support/mutate.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const trailOf = (userId: string) =>
  app.sql<{ type: string; subject: string; details: object }>(
    `SELECT type, subject_name AS subject, details FROM audit_events
     WHERE user_id = $1 AND details ? 'because' ORDER BY type, subject_name`,
    [userId],
  );

describe('what somebody could do is written down where they lose it', () => {
  it('when they are deleted: each role, permission and group', async () => {
    const admin = await app.given.administrator();
    const ada = await app.given.user();
    await app.given.service({ slug: 'orders', name: 'Orders' });
    await succeed(app, admin, 'createRole', { name: 'clerk', permissions: ['orders:read'] });
    const { group } = await succeed(app, admin, 'createGroup', { name: 'Staff' }, { fields: 'group { id }' });
    await succeed(app, admin, 'grantRole', { userId: ada.id, role: 'clerk' });
    await succeed(app, admin, 'grantPermission', { userId: ada.id, permission: 'orders:refund' });
    await succeed(app, admin, 'addGroupMember', { groupId: group.id, userId: ada.id });
    await succeed(app, admin, 'deleteUser', { userId: ada.id });
    const because = 'the user was deleted';
    expect(await trailOf(ada.id)).toEqual([
      { type: 'group.member-removed', subject: 'Staff', details: { because, groupId: group.id } },
      { type: 'permission.revoked', subject: 'orders:refund', details: { because } },
      { type: 'role.revoked', subject: 'clerk', details: { because } },
    ]);
  });

  it('when their group is deleted', async () => {
    const admin = await app.given.administrator();
    const ada = await app.given.user();
    const { group } = await succeed(app, admin, 'createGroup', { name: 'Crew' }, { fields: 'group { id }' });
    await succeed(app, admin, 'addGroupMember', { groupId: group.id, userId: ada.id });
    await succeed(app, admin, 'deleteGroup', { groupId: group.id });
    expect(await trailOf(ada.id)).toEqual([
      {
        type: 'group.member-removed',
        subject: 'Crew',
        details: { because: 'group Crew was deleted', groupId: group.id },
      },
    ]);
  });
});
