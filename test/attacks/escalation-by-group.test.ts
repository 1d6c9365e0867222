import { startDelegation, type Delegation } from '../support/delegation.js';

/** Who manages orders tries to come by what is billing's through a group: by joining, nesting, or waiting. */
let d: Delegation;
let rich: string;
beforeAll(async () => {
  d = await startDelegation();
  // Belongs to orders, and gives something of billing too: an administrator wanted it so.
  rich = await d.group('Rich', 'orders');
  await d.make(d.root, 'grantRole', { groupId: rich, role: 'orders agent' });
  await d.make(d.root, 'grantPermission', { groupId: rich, permission: 'billing:refund' });
});
afterAll(() => d?.app.close());

const add = (groupId: string, member: object) => () =>
  d.change(d.olga, 'addGroupMember', { groupId, ...member });
const remove = (groupId: string, member: object) => () =>
  d.change(d.olga, 'removeGroupMember', { groupId, ...member });

describe('a manager of one service who joins a group', () => {
  it('cannot join one that gives more than she may give, nor let a friend in', async () => {
    await d.expectRefused(add(rich, { userId: d.olga.id }), 'FORBIDDEN');
    await d.expectRefused(add(rich, { userId: d.ann.id }), 'FORBIDDEN');
    await d.expectRefused(add(rich.toUpperCase(), { userId: d.olga.id.toUpperCase() }), 'FORBIDDEN');
  });

  it('cannot join one through which an outer group gives more, however deep', async () => {
    const groups = await Promise.all(['a', 'b', 'c'].map((name) => d.group(`Deep ${name}`, 'orders')));
    let outer = rich;
    for (const memberGroupId of groups) {
      await d.make(d.root, 'addGroupMember', { groupId: outer, memberGroupId });
      outer = memberGroupId;
      await d.expectRefused(add(memberGroupId, { userId: d.olga.id }), 'FORBIDDEN');
    }
  });

  it('cannot nest a group of hers, in which she is, in one that gives more', async () => {
    const mine = await d.group('Mine', 'orders');
    await d.make(d.olga, 'addGroupMember', { groupId: mine, userId: d.olga.id });
    await d.expectRefused(add(rich, { memberGroupId: mine }), 'FORBIDDEN');
    const between = await d.group('Between', 'orders');
    await d.make(d.olga, 'addGroupMember', { groupId: between, memberGroupId: mine });
    await d.expectRefused(add(rich, { memberGroupId: between }), 'FORBIDDEN');
  });

  it('cannot join one that gave more until yesterday: it may be given again', async () => {
    const late = await d.group('Late', 'orders');
    const expiresAt = new Date(d.app.clock.now().getTime() + 1000).toISOString();
    await d.make(d.root, 'grantPermission', { groupId: late, permission: 'billing:refund', expiresAt });
    d.app.clock.advance(2);
    await d.expectRefused(add(late, { userId: d.olga.id }), 'FORBIDDEN');
  });

  it.each([
    ['of another service', 'billing'],
    ['of Signet', 'signet'],
    ['of no service', undefined],
  ])('cannot join, change or delete a group %s, even while it gives nothing', async (_what, service) => {
    const groupId = await d.group(`Empty ${service}`, service);
    const inner = await d.group(`Inner ${service}`, 'orders');
    await d.expectRefused(add(groupId, { userId: d.olga.id }), 'FORBIDDEN');
    await d.expectRefused(add(groupId, { memberGroupId: inner }), 'FORBIDDEN');
    await d.make(d.root, 'addGroupMember', { groupId, userId: d.ann.id });
    await d.expectRefused(remove(groupId, { userId: d.ann.id }), 'FORBIDDEN');
    await d.expectRefused(() => d.change(d.olga, 'updateGroup', { groupId, name: 'Hers' }), 'FORBIDDEN');
    await d.expectRefused(() => d.change(d.olga, 'deleteGroup', { groupId, confirm: true }), 'FORBIDDEN');
  });

  it('cannot make a group of another service, of Signet or of none, and wait in it', async () => {
    for (const service of ['billing', 'signet', null, undefined, 'orders:permissions.manage', 'nowhere'])
      await d.expectRefused(
        () => d.change(d.olga, 'createGroup', { name: 'Wait', service }),
        service === 'orders:permissions.manage' ? 'NOT_FOUND' : 'FORBIDDEN',
      );
    for (const service of ['Orders', ' orders', 'ORDERS', 'orders\0', ''])
      await d.expectRefused(() => d.change(d.olga, 'createGroup', { name: 'Wait', service }), 'FORBIDDEN');
  });

  it('has no more say in a group of hers once it gives more: who is in it stays who is in it', async () => {
    const groupId = await d.group('Grown', 'orders');
    await d.make(d.olga, 'addGroupMember', { groupId, userId: d.ann.id });
    await d.make(d.root, 'grantRole', { groupId, role: 'billing agent' });
    await d.expectRefused(add(groupId, { userId: d.olga.id }), 'FORBIDDEN');
    await d.expectRefused(remove(groupId, { userId: d.ann.id }), 'FORBIDDEN');
    await d.expectRefused(() => d.change(d.olga, 'deleteGroup', { groupId, confirm: true }), 'FORBIDDEN');
    await d.make(d.root, 'revokeRole', { groupId, role: 'billing agent' });
    await d.make(d.olga, 'addGroupMember', { groupId, userId: d.olga.id });
  });

  it('cannot give a group what is not hers, whoever is in it', async () => {
    const groupId = await d.group('Target', 'orders');
    await d.make(d.olga, 'addGroupMember', { groupId, userId: d.olga.id });
    for (const [mutation, what] of [
      ['grantPermission', { permission: 'billing:refund' }],
      ['grantRole', { role: 'billing agent' }],
      ['grantRole', { role: 'administrator' }],
    ] as const)
      await d.expectRefused(() => d.change(d.olga, mutation, { groupId, ...what }), 'FORBIDDEN');
  });

  it('cannot take members out of a group around hers, so that others lose what is not hers to take', async () => {
    const outer = await d.group('Outer', 'billing');
    const inner = await d.group('Inside', 'orders');
    await d.make(d.root, 'addGroupMember', { groupId: outer, memberGroupId: inner });
    await d.make(d.root, 'addGroupMember', { groupId: inner, userId: d.ann.id });
    await d.make(d.root, 'grantPermission', { groupId: outer, permission: 'billing:read' });
    await d.expectRefused(remove(outer, { memberGroupId: inner }), 'FORBIDDEN');
    await d.expectRefused(remove(inner, { userId: d.ann.id }), 'FORBIDDEN');
    await d.expectRefused(
      () => d.change(d.olga, 'deleteGroup', { groupId: inner, confirm: true }),
      'FORBIDDEN',
    );
  });

  it.each([
    ['both', (inner: string) => ({ userId: d.ann.id, memberGroupId: inner })],
    ['neither', () => ({})],
  ])('cannot name %s of user and group as the member', async (what, member) => {
    const [outer, inner] = [
      await d.group(`Outer ${what}`, 'orders'),
      await d.group(`Inner ${what}`, 'orders'),
    ];
    await d.expectRefused(add(outer, member(inner)), 'INVALID_INPUT', 'userId ONE_OF');
    await d.expectRefused(remove(outer, member(inner)), 'INVALID_INPUT', 'userId ONE_OF');
  });

  it('cannot make a cycle, and with it everybody a member of everything', async () => {
    const [outer, inner] = [await d.group('Round', 'orders'), await d.group('And round', 'orders')];
    await d.make(d.olga, 'addGroupMember', { groupId: outer, memberGroupId: inner });
    const cycle = 'memberGroupId CYCLE';
    await d.expectRefused(add(inner, { memberGroupId: outer }), 'INVALID_INPUT', cycle);
    await d.expectRefused(add(inner, { memberGroupId: outer.toUpperCase() }), 'INVALID_INPUT', cycle);
    await d.expectRefused(add(outer, { memberGroupId: outer }), 'INVALID_INPUT', cycle);
    await d.expectRefused(add(outer, { memberGroupId: outer.toUpperCase() }), 'INVALID_INPUT', cycle);
  });

  it('cannot take the name of another group, in any case', async () => {
    const groupId = await d.group('Honest', 'orders');
    for (const name of ['Rich', 'RICH', '  rich '])
      await d.expectRefused(() => d.change(d.olga, 'updateGroup', { groupId, name }), 'NAME_TAKEN');
    await d.expectRefused(
      () => d.change(d.olga, 'createGroup', { name: 'rich', service: 'orders' }),
      'NAME_TAKEN',
    );
  });
});

describe('who manages nothing', () => {
  it('is refused every change of a group, also of one that they are in', async () => {
    const groupId = await d.group('Plain', 'orders');
    await d.make(d.root, 'addGroupMember', { groupId, userId: d.ann.id });
    for (const [mutation, input] of [
      ['createGroup', { name: 'New', service: 'orders' }],
      ['updateGroup', { groupId, name: 'Other' }],
      ['deleteGroup', { groupId, confirm: true }],
      ['addGroupMember', { groupId, userId: d.ann.id }],
      ['removeGroupMember', { groupId, userId: d.ann.id }],
    ] as const)
      await d.expectRefused(() => d.change(d.ann, mutation, input), 'FORBIDDEN');
  });
});
