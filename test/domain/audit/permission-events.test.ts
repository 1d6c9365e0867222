import type { AuditEventType } from '../../../src/domain/audit/index.js';
import type { Person } from '../../support/given.js';
import { mutate, succeed } from '../../support/mutate.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const REQUEST_ID = 'audited-request-1';
const headers = {
  'x-request-id': REQUEST_ID,
  'x-forwarded-for': '198.51.100.77',
  'user-agent': 'AuditedBrowser/1.0',
};

interface Event {
  type: AuditEventType;
  actor: string | null;
  user: string | null;
  kind: string | null;
  name: string | null;
  before: object | null;
  after: object | null;
  details: object;
}

let app: TestApp;
let admin: Person;
let ada: Person;

const act = (mutation: string, input: object) => succeed(app, admin, mutation, input);

/** The same in the request whose traces are looked at. */
const audited = (mutation: string, input: object) => succeed(app, admin, mutation, input, { headers });

/** What the audited request has left, in the order in which it was written. */
const trail = () =>
  app.sql<Event>(
    `SELECT type, actor_id AS actor, user_id AS user, subject_kind AS kind, subject_name AS name, "before", "after",
       details FROM audit_events WHERE request_id = $1 ORDER BY id`,
    [REQUEST_ID],
  );

const ORDERS = {
  slug: 'orders',
  name: 'Orders',
  permissions: [{ name: 'refund', description: 'Give money back.' }],
  roles: [{ name: 'refunder', permissions: ['refund'] }],
};
const NEXT_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString();
const forGood = { reason: null, expiresAt: null };

beforeEach(async () => {
  app = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
  [admin, ada] = [await app.given.administrator(), await app.given.user()];
  await act('registerService', ORDERS);
});
afterEach(() => app.close());

async function newGroup(name: string): Promise<string> {
  return (await succeed(app, admin, 'createGroup', { name }, { fields: 'group { id }' })).group.id;
}

const event = (type: AuditEventType, about: Partial<Event>): Event => ({
  ...{ type, actor: admin.id, user: null, before: null, after: null, details: {} },
  ...{ kind: type.split('.')[0]!, name: null },
  ...about,
});

type PermissionEvent = Extract<AuditEventType, `${'permission' | 'role' | 'group' | 'service'}.${string}`>;

const role = (permissions: string[], more: object = {}) => ({ description: null, permissions, ...more });

/** Every kind of event of permissions: what causes it, and all that this leaves. */
const causes: Record<PermissionEvent, () => Promise<Event[]>> = {
  async 'service.registered'() {
    await audited('registerService', { ...ORDERS, slug: 'shop', name: 'Shop', roles: [] });
    const head = { name: 'Shop', description: null, access: 'OPEN' };
    return [
      event('service.registered', { name: 'shop', after: head }),
      ...['permissions.manage', 'sign-in', 'refund'].map((what) =>
        event('permission.declared', { name: `shop:${what}`, after: expect.anything() }),
      ),
    ];
  },
  async 'service.changed'() {
    await audited('updateService', { slug: 'orders', access: 'CLOSED' });
    const head = { name: 'Orders', description: null };
    return [
      event('service.changed', {
        name: 'orders',
        before: { ...head, access: 'OPEN' },
        after: { ...head, access: 'CLOSED' },
      }),
    ];
  },
  async 'service.removed'() {
    await act('updateService', { slug: 'orders', roles: [] });
    await audited('deleteService', { slug: 'orders' });
    const before = { name: 'Orders', description: null, access: 'OPEN' };
    return [
      ...['permissions.manage', 'refund', 'sign-in'].map((what) =>
        event('permission.removed', { name: `orders:${what}`, before: expect.anything() }),
      ),
      event('service.removed', { name: 'orders', before }),
    ];
  },
  async 'permission.declared'() {
    const permissions = [...ORDERS.permissions, { name: 'read', description: 'See them.' }];
    await audited('updateService', { slug: 'orders', permissions });
    const after = { description: 'See them.', deprecated: null };
    return [event('permission.declared', { name: 'orders:read', after })];
  },
  async 'permission.changed'() {
    const permissions = [{ ...ORDERS.permissions[0], deprecated: 'Use orders:credit.' }];
    await audited('updateService', { slug: 'orders', permissions });
    const before = { description: 'Give money back.', deprecated: null };
    return [
      event('permission.changed', {
        name: 'orders:refund',
        before,
        after: { ...before, deprecated: 'Use orders:credit.' },
      }),
    ];
  },
  async 'permission.removed'() {
    const permissions = [{ ...ORDERS.permissions[0], deprecated: 'Use credit.' }];
    await act('updateService', { slug: 'orders', permissions, roles: [] });
    await act('grantPermission', { userId: ada.id, permission: 'signet:users.read' });
    await app.given.permission(ada.id, 'orders:refund');
    await audited('updateService', { slug: 'orders', permissions: [], confirm: true });
    return [
      event('permission.revoked', {
        user: ada.id,
        name: 'orders:refund',
        before: forGood,
        details: { because: 'the permission was removed' },
      }),
      event('permission.removed', { name: 'orders:refund', before: expect.anything() }),
    ];
  },
  async 'permission.granted'() {
    const terms = { reason: 'holidays', expiresAt: NEXT_YEAR };
    const input = { userId: ada.id, permission: 'orders:refund' };
    await act('grantPermission', input);
    await audited('grantPermission', { ...input, ...terms });
    return [
      event('permission.granted', { user: ada.id, name: 'orders:refund', before: forGood, after: terms }),
    ];
  },
  async 'permission.revoked'() {
    await act('grantPermission', { userId: ada.id, permission: 'orders:refund', reason: 'holidays' });
    await audited('revokePermission', { userId: ada.id, permission: 'orders:refund', reason: 'back again' });
    return [
      event('permission.revoked', {
        user: ada.id,
        name: 'orders:refund',
        before: { reason: 'holidays', expiresAt: null },
        details: { reason: 'back again' },
      }),
    ];
  },
  async 'role.created'() {
    await audited('createRole', { name: 'helper', permissions: ['orders:refund'] });
    return [
      event('role.created', { name: 'helper', after: expect.objectContaining(role(['orders:refund'])) }),
    ];
  },
  async 'role.changed'() {
    await act('createRole', { name: 'helper', permissions: [] });
    await audited('updateRole', { name: 'helper', newName: 'aide', permissions: ['orders:refund'] });
    return [
      event('role.changed', {
        name: 'helper',
        before: expect.objectContaining({ name: 'helper', permissions: [] }),
        after: expect.objectContaining({ name: 'aide', permissions: ['orders:refund'] }),
      }),
    ];
  },
  async 'role.deleted'() {
    await act('createRole', { name: 'helper', permissions: ['orders:refund'] });
    await act('grantRole', { userId: ada.id, role: 'helper' });
    await audited('deleteRole', { name: 'helper', confirm: true });
    return [
      event('role.revoked', {
        user: ada.id,
        name: 'helper',
        before: forGood,
        details: { because: 'role helper was deleted' },
      }),
      event('role.deleted', { name: 'helper', before: expect.objectContaining(role(['orders:refund'])) }),
    ];
  },
  async 'role.granted'() {
    await audited('grantRole', { userId: ada.id, role: 'refunder', reason: 'new here' });
    return [
      event('role.granted', {
        user: ada.id,
        name: 'refunder',
        after: { reason: 'new here', expiresAt: null },
      }),
    ];
  },
  async 'role.revoked'() {
    const groupId = await newGroup('Support');
    await act('grantRole', { groupId, role: 'refunder' });
    await audited('revokeRole', { groupId, role: 'refunder' });
    return [
      event('role.revoked', { name: 'refunder', before: forGood, details: { group: 'Support', groupId } }),
    ];
  },
  async 'group.created'() {
    await audited('createGroup', { name: 'Support', service: 'orders' });
    const after = { name: 'Support', description: null, service: 'orders' };
    return [event('group.created', { name: 'Support', after, details: { groupId: expect.any(String) } })];
  },
  async 'group.changed'() {
    const groupId = await newGroup('Support');
    await audited('updateGroup', { groupId, name: 'Help' });
    const before = { name: 'Support', description: null, service: null };
    return [
      event('group.changed', {
        name: 'Support',
        before,
        after: { ...before, name: 'Help' },
        details: { groupId },
      }),
    ];
  },
  async 'group.deleted'() {
    const groupId = await newGroup('Support');
    await act('addGroupMember', { groupId, userId: ada.id });
    await audited('deleteGroup', { groupId, confirm: true });
    const before = { name: 'Support', description: null, service: null };
    const because = 'group Support was deleted';
    return [
      event('group.member-removed', { user: ada.id, name: 'Support', details: { groupId, because } }),
      event('group.deleted', { name: 'Support', before, details: { groupId } }),
    ];
  },
  async 'group.member-added'() {
    const groupId = await newGroup('Support');
    await audited('addGroupMember', { groupId, userId: ada.id });
    return [event('group.member-added', { user: ada.id, name: 'Support', details: { groupId } })];
  },
  async 'group.member-removed'() {
    const [groupId, memberGroupId] = [await newGroup('Support'), await newGroup('Night shift')];
    await act('addGroupMember', { groupId, memberGroupId });
    await audited('removeGroupMember', { groupId, memberGroupId });
    const details = { groupId, memberGroup: 'Night shift', memberGroupId };
    return [event('group.member-removed', { name: 'Support', details })];
  },
};

describe('the audit trail of permissions', () => {
  it.each(Object.keys(causes) as PermissionEvent[])(
    'has %s with who did it, to whom, and what stood there before and after, and nothing else',
    async (type) => {
      const expected = await causes[type]();
      expect(await trail()).toEqual(expected);
      const places = await app.sql(
        'SELECT DISTINCT ip_address AS ip, user_agent AS agent FROM audit_events WHERE request_id = $1',
        [REQUEST_ID],
      );
      expect(places).toEqual([{ ip: '198.51.100.77', agent: 'AuditedBrowser/1.0' }]);
    },
  );

  it('has nothing when what is asked for is so already, or is refused', async () => {
    await act('grantRole', { userId: ada.id, role: 'refunder' });
    await audited('registerService', ORDERS);
    await audited('grantRole', { userId: ada.id, role: 'refunder' });
    const refused = await mutate(
      app,
      ada,
      'grantRole',
      { userId: ada.id, role: 'administrator' },
      { headers },
    );
    expect(refused.codes).toEqual(['FORBIDDEN']);
    expect(await trail()).toEqual([]);
  });
});
