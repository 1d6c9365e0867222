import { startDelegation, OWN_PERMISSIONS, type Delegation } from '../support/delegation.js';
import { GOOD_PASSWORD, signUp, type Person } from '../support/given.js';

/**
 * Names come back: who had something under a name that was deleted, and who gives something to it that somebody
 * else had made, must not meet. Grants hang on ids, and what is deleted takes its grants along.
 */
let d: Delegation;
let mallory: Person;
let ann: Person;
beforeAll(async () => {
  d = await startDelegation();
});
afterAll(() => d?.app.close());
beforeEach(async () => {
  mallory = await d.app.given.user();
  ann = await d.app.given.user();
});

const root = (mutation: string, input: object, selection?: string) =>
  d.make(d.root, mutation, input, selection);

/** A service of a test's own, which declares one role and has one manager. */
async function service(slug: string): Promise<Person> {
  const permissions = OWN_PERMISSIONS.map((name) => ({ name }));
  const roles = [{ name: `${slug} agent`, permissions: ['read', 'refund'] }];
  await root('registerService', { slug, name: slug, permissions, roles });
  const manager = await d.app.given.user();
  await root('grantPermission', { userId: manager.id, permission: `${slug}:permissions.manage` });
  return manager;
}

describe('a name that is deleted and made again gives nobody anything', () => {
  it('a role, given to a user and to a group', async () => {
    const groupId = await d.group('Helpers');
    await root('createRole', { name: 'Helper', permissions: ['orders:read'] });
    await root('addGroupMember', { groupId, userId: mallory.id });
    await root('grantRole', { userId: mallory.id, role: 'Helper' });
    await root('grantRole', { groupId, role: 'Helper' });
    await root('deleteRole', { name: 'Helper', confirm: true });
    await root('createRole', { name: 'helper', permissions: ['billing:refund', 'signet:users.manage'] });
    expect(await d.may(mallory)).toEqual([]);
  });

  it('a role that a manifest left out and declares again', async () => {
    const manager = await service('shop');
    const declare = (roles: object[]) =>
      d.make(manager, 'updateService', { slug: 'shop', roles, confirm: true });
    await root('grantRole', { userId: mallory.id, role: 'shop agent' });
    await declare([]);
    await declare([{ name: 'shop agent', permissions: OWN_PERMISSIONS }]);
    expect(await d.may(mallory)).toEqual([]);
  });

  it('a role that is made again by somebody who may give less', async () => {
    const groupId = await d.group('Auditors', 'orders');
    await root('createRole', { name: 'Auditor', permissions: ['billing:read'] });
    await root('grantRole', { groupId, role: 'Auditor' });
    await root('deleteRole', { name: 'Auditor', confirm: true });
    await d.make(d.olga, 'createRole', { name: 'Auditor', permissions: ['orders:read'] });
    await d.make(d.olga, 'addGroupMember', { groupId, userId: mallory.id });
    expect(await d.may(mallory)).toEqual([]);
  });

  it('a permission, given to a user, to a group and by a role', async () => {
    const groupId = await d.group('Shippers');
    await root('createRole', { name: 'Shipper', permissions: ['orders:ship', 'billing:read'] });
    await root('addGroupMember', { groupId, userId: mallory.id });
    await root('grantPermission', { userId: mallory.id, permission: 'orders:ship' });
    await root('grantPermission', { groupId, permission: 'orders:ship' });
    await root('grantRole', { userId: mallory.id, role: 'Shipper' });
    const declare = (ship: object[]) => {
      const permissions = [{ name: 'read' }, { name: 'refund' }, ...ship];
      return d.make(d.olga, 'updateService', { slug: 'orders', permissions, confirm: true });
    };
    await declare([{ name: 'ship', deprecated: 'Soon gone' }]);
    await declare([]);
    await declare([{ name: 'ship' }]);
    expect(await d.may(mallory)).toEqual(['billing:read']);
  });

  it('a group, with its members, its grants and the groups in it', async () => {
    const name = 'Chiefs';
    const old = await d.group(name);
    const inner = await d.group('Inner');
    await root('addGroupMember', { groupId: old, memberGroupId: inner });
    await root('addGroupMember', { groupId: inner, userId: mallory.id });
    await root('addGroupMember', { groupId: old, userId: ann.id });
    await root('grantRole', { groupId: old, role: 'billing agent' });
    await root('deleteGroup', { groupId: old, confirm: true });
    const groupId = await d.group(name);
    await root('grantRole', { groupId, role: 'orders agent' });
    expect(await d.may(mallory)).toEqual([]);
    expect(await d.may(ann)).toEqual([]);
    await d.expectRefused(
      () => d.change(d.root, 'addGroupMember', { groupId: old, userId: mallory.id }),
      'NOT_FOUND',
    );
  });

  it('a service: its managers, holders, roles and groups are strangers to the one that takes its slug', async () => {
    const before = await service('stock');
    const groupId = await d.group('Of stock', 'stock');
    await d.make(before, 'addGroupMember', { groupId, userId: mallory.id });
    await d.make(before, 'grantPermission', { groupId, permission: 'stock:permissions.manage' });
    await d.make(before, 'grantRole', { userId: ann.id, role: 'stock agent' });
    await root('deleteService', { slug: 'stock', confirm: true });
    const after = await service('stock');
    for (const person of [before, mallory, ann]) {
      expect(await d.may(person)).toEqual([]);
      const attempt = { userId: person.id, permission: 'stock:refund' };
      await d.expectRefused(() => d.change(person, 'grantPermission', attempt), 'FORBIDDEN');
    }
    // The group belongs to nobody's service: whoever manages the new one has no say in it.
    await d.expectRefused(
      () => d.change(after, 'addGroupMember', { groupId, userId: after.id }),
      'FORBIDDEN',
    );
  });

  it('an account: who registers the address of a deleted administrator is nobody', async () => {
    const second = await d.app.given.administrator();
    const groupId = await d.group('Admins');
    await root('addGroupMember', { groupId, userId: second.id });
    await root('grantPermission', { groupId, permission: 'signet:permissions.manage' });
    await root('deleteUser', { userId: second.id });
    const again = await signUp(d.app.client, { email: second.email, password: GOOD_PASSWORD });
    expect(again.id).not.toBe(second.id);
    expect(await d.may(again)).toEqual([]);
    await d.expectRefused(
      () => d.change(d.root, 'grantPermission', { userId: second.id, permission: 'orders:read' }),
      'NOT_FOUND',
    );
  });
});

describe('a name that moves takes nothing along and leaves nothing behind', () => {
  it('a role that steps into the name of another one', async () => {
    await root('createRole', { name: 'Trusted', permissions: ['billing:refund'] });
    await root('grantRole', { userId: ann.id, role: 'Trusted' });
    await d.make(d.olga, 'createRole', { name: 'Small', permissions: ['orders:read'] });
    await d.make(d.olga, 'grantRole', { userId: mallory.id, role: 'Small' });
    await root('updateRole', { name: 'Trusted', newName: 'Old' });
    await d.make(d.olga, 'updateRole', { name: 'Small', newName: 'Trusted' });
    expect(await d.may(mallory)).toEqual(['orders:read']);
    expect(await d.may(ann)).toEqual(['billing:refund']);
    // By the name, one gets what is under it now.
    await d.make(d.olga, 'grantRole', { userId: mallory.id, role: 'Trusted' });
    expect(await d.may(mallory)).toEqual(['orders:read']);
  });

  it('a group that steps into the name of another one', async () => {
    const trusted = await d.group('Trusted ones', 'billing');
    await root('grantRole', { groupId: trusted, role: 'billing agent' });
    const small = await d.group('Small ones', 'orders');
    await d.make(d.olga, 'addGroupMember', { groupId: small, userId: mallory.id });
    await root('updateGroup', { groupId: trusted, name: 'Old ones' });
    await d.make(d.olga, 'updateGroup', { groupId: small, name: 'Trusted ones' });
    expect(await d.may(mallory)).toEqual([]);
  });

  it('a declared role that gets another name is another role', async () => {
    const manager = await service('till');
    await root('grantRole', { userId: mallory.id, role: 'till agent' });
    const roles = [{ name: 'till seller', permissions: OWN_PERMISSIONS }];
    await d.make(manager, 'updateService', { slug: 'till', roles, confirm: true });
    expect(await d.may(mallory)).toEqual([]);
  });

  it('a declared role whose name changes its case is the same role, and takes no other one’s', async () => {
    const manager = await service('mail');
    await root('grantRole', { userId: mallory.id, role: 'mail agent' });
    const roles = [{ name: 'Mail AGENT', permissions: ['read'] }];
    await d.make(manager, 'updateService', { slug: 'mail', roles, confirm: true });
    expect(await d.may(mallory)).toEqual(['mail:read']);
  });
});
