import { startDelegation, type Delegation } from '../support/delegation.js';
import type { Person } from '../support/given.js';

/** Who had something until yesterday tries to go on, or to have it again. See also escalation-by-outliving.test.ts. */
let d: Delegation;
let mallory: Person;
beforeAll(async () => {
  d = await startDelegation();
});
afterAll(() => d?.app.close());
beforeEach(async () => {
  mallory = await d.app.given.user();
});

const SECONDS = 60;
const soon = () => new Date(d.app.clock.now().getTime() + SECONDS * 1000).toISOString();
const give = (permission: string, receiver: object = { userId: mallory.id }) =>
  d.make(d.root, 'grantPermission', { ...receiver, permission, expiresAt: soon() });

describe('who managed orders until a minute ago', () => {
  beforeEach(async () => {
    await give('orders:permissions.manage');
    d.app.clock.advance(SECONDS - 1);
    await d.make(mallory, 'grantPermission', { userId: d.ann.id, permission: 'orders:read' });
    await d.make(mallory, 'revokePermission', { userId: d.ann.id, permission: 'orders:read' });
    d.app.clock.advance(1); // at the very moment that the grant names it counts no more
  });

  it('cannot prolong it, renew it or shorten it', async () => {
    for (const terms of [{}, { expiresAt: soon() }, { reason: 'again' }])
      await d.expectRefused(
        () =>
          d.change(mallory, 'grantPermission', {
            userId: mallory.id,
            permission: 'orders:permissions.manage',
            ...terms,
          }),
        'FORBIDDEN',
      );
  });

  it.each([
    ['grantPermission', { permission: 'orders:read' }, 'userId'],
    ['revokePermission', { permission: 'orders:permissions.manage' }, 'userId'],
    ['grantRole', { role: 'orders agent' }, 'userId'],
    ['revokeRole', { role: 'orders agent' }, 'userId'],
    ['createRole', { name: 'Late', permissions: ['orders:read'] }, null],
    ['updateRole', { name: 'orders agent', permissions: ['orders:read'] }, null],
    ['deleteRole', { name: 'orders agent', confirm: true }, null],
    ['createGroup', { name: 'Late', service: 'orders' }, null],
    ['updateService', { slug: 'orders', roles: [], confirm: true }, null],
    ['deleteService', { slug: 'orders', confirm: true }, null],
  ])('cannot %s any more', async (mutation, input, receiver) => {
    const whole = receiver ? { ...input, [receiver]: mallory.id } : input;
    await d.expectRefused(() => d.change(mallory, mutation, whole), 'FORBIDDEN');
  });
});

describe('an expired grant', () => {
  it('counts nothing from the moment it names: for its holder, for a list of holders, in a check', async () => {
    await give('billing:refund');
    const ask = async () => {
      const query = `query ($id: ID!) {
        viewer { can(permission: "billing:refund") permissions { name } }
        permissionCheck(userId: $id, permission: "billing:refund") { allowed paths { expiresAt } }
      }`;
      const holders = '{ permission(name: "billing:refund") { holders { edges { node { id } } } } }';
      type Asked = {
        viewer: { can: boolean; permissions: object[] };
        permissionCheck: { allowed: boolean; paths: object[] };
      };
      type Held = { permission: { holders: { edges: { node: { id: string } }[] } } };
      const own = await d.app.client.send<Asked, object>(
        query,
        { id: mallory.id },
        { token: mallory.accessToken },
      );
      const all = await d.app.client.send<Held, object>(holders, {}, { token: d.root.accessToken });
      const { viewer, permissionCheck } = own.data;
      return {
        can: viewer.can,
        permissions: viewer.permissions.length,
        allowed: permissionCheck.allowed,
        // One that has expired is shown, so that one can see why it is over.
        paths: permissionCheck.paths.length,
        held: all.data.permission.holders.edges.some(({ node }) => node.id === mallory.id),
      };
    };
    expect(await ask()).toEqual({ can: true, permissions: 1, allowed: true, paths: 1, held: true });
    d.app.clock.advance(SECONDS);
    expect(await ask()).toEqual({ can: false, permissions: 0, allowed: false, paths: 1, held: false });
  });

  it('cannot be renewed by its holder, nor by who manages another service', async () => {
    await give('billing:refund');
    await give('billing:refund', { userId: d.olga.id });
    d.app.clock.advance(SECONDS);
    for (const person of [mallory, d.olga])
      await d.expectRefused(
        () => d.change(person, 'grantPermission', { userId: person.id, permission: 'billing:refund' }),
        'FORBIDDEN',
      );
  });

  it('cannot be given a moment in the past, so that it looks given and never was', async () => {
    const now = d.app.clock.now().getTime();
    for (const moment of [now, now - 1, 0, -1])
      await d.expectRefused(
        () =>
          d.change(d.olga, 'grantPermission', {
            userId: mallory.id,
            permission: 'orders:read',
            expiresAt: new Date(moment).toISOString(),
          }),
        'INVALID_INPUT',
        'expiresAt PAST',
      );
  });

  it.each(['never', '', '2026-13-01T00:00:00Z', '99999-01-01T00:00:00Z', 'Infinity', [], {}])(
    'cannot have the expiry %j, which might pass for none',
    async (expiresAt) => {
      const input = { userId: mallory.id, permission: 'orders:read', expiresAt };
      await d.expectRefused(() => d.change(d.olga, 'grantPermission', input), 'BAD_USER_INPUT');
    },
  );

  it('of a group is not renewed by who joins or leaves, and gives a newcomer nothing', async () => {
    const groupId = await d.group(`Until soon ${mallory.id}`, 'orders');
    await d.make(d.root, 'grantPermission', { groupId, permission: 'orders:refund', expiresAt: soon() });
    d.app.clock.advance(SECONDS);
    await d.make(d.olga, 'addGroupMember', { groupId, userId: mallory.id });
    expect(await d.may(mallory)).toEqual([]);
    await d.make(d.olga, 'updateGroup', { groupId, name: `Renamed ${mallory.id}` });
    await d.make(d.olga, 'updateService', { slug: 'orders', description: `for ${mallory.id}` });
    expect(await d.may(mallory)).toEqual([]);
  });

  it('of a role gives nothing when the role gets more, another name, or is suspended and reactivated over', async () => {
    const name = `Fleeting ${mallory.id}`;
    await d.make(d.olga, 'createRole', { name, permissions: ['orders:read'] });
    await d.make(d.olga, 'grantRole', { userId: mallory.id, role: name, expiresAt: soon() });
    d.app.clock.advance(SECONDS);
    await d.make(d.olga, 'updateRole', { name, permissions: ['orders:read', 'orders:refund'] });
    await d.make(d.olga, 'updateRole', { name, newName: `${name}!` });
    await d.make(d.root, 'suspendUser', { userId: mallory.id });
    await d.make(d.root, 'reactivateUser', { userId: mallory.id });
    expect(await d.may(mallory)).toEqual([]);
  });
});
