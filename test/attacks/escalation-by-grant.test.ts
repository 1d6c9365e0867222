import { startDelegation, type Delegation } from '../support/delegation.js';

/**
 * Who manages the permissions of orders tries to give themselves, or a friend, what belongs to billing or to
 * Signet: straight, and under every other spelling.
 */
let d: Delegation;
beforeAll(async () => {
  d = await startDelegation();
});
afterAll(() => d?.app.close());

const grant = (input: object) => d.change(d.olga, 'grantPermission', input);
const grantRole = (input: object) => d.change(d.olga, 'grantRole', input);

describe('a manager of one service who grants what is not theirs', () => {
  it.each([
    ...['billing:refund', 'billing:permissions.manage', 'billing:sign-in'],
    ...['signet:permissions.manage', 'signet:permissions.read', 'signet:users.read', 'signet:users.manage'],
    'signet:audit.read',
  ])('cannot give themselves %s', async (permission) => {
    await d.expectRefused(() => grant({ userId: d.olga.id, permission }), 'FORBIDDEN');
  });

  it('cannot give it to a friend, or to a group', async () => {
    const groupId = await d.group('Given to', 'orders');
    await d.expectRefused(() => grant({ userId: d.ann.id, permission: 'billing:refund' }), 'FORBIDDEN');
    await d.expectRefused(() => grant({ groupId, permission: 'billing:refund' }), 'FORBIDDEN');
    await d.expectRefused(() => grantRole({ groupId, role: 'billing agent' }), 'FORBIDDEN');
  });

  it.each(['billing agent', 'BILLING AGENT', '  Billing Agent ', 'administrator', 'Administrator'])(
    'cannot give the role “%s” of another service',
    async (role) => {
      await d.expectRefused(() => grantRole({ userId: d.olga.id, role }), 'FORBIDDEN');
    },
  );

  it('cannot give a role that mixes services, however small the other part is', async () => {
    const permissions = ['orders:read', 'orders:refund', 'billing:read'];
    await d.make(d.root, 'createRole', { name: 'Mixed', permissions });
    await d.expectRefused(() => grantRole({ userId: d.olga.id, role: 'Mixed' }), 'FORBIDDEN');
    await d.expectRefused(() => grantRole({ userId: d.ann.id, role: 'mixed' }), 'FORBIDDEN');
  });

  it('cannot give an empty role: it would give what is put into it later', async () => {
    await d.make(d.root, 'createRole', { name: 'Empty', permissions: [] });
    await d.expectRefused(() => grantRole({ userId: d.olga.id, role: 'Empty' }), 'FORBIDDEN');
  });

  it.each([
    ['upper case', 'BILLING:REFUND', 'INVALID_INPUT', 'permission INVALID'],
    ['a look-alike letter', 'bіlling:refund', 'INVALID_INPUT', 'permission INVALID'], // U+0456
    ['a full-width colon', 'billing：refund', 'INVALID_INPUT', 'permission INVALID'],
    ['a second colon', 'orders:billing:refund', 'INVALID_INPUT', 'permission INVALID'],
    ['white space around', ' billing:refund ', 'INVALID_INPUT', 'permission INVALID'],
    ['a line break behind', 'billing:refund\n', 'INVALID_INPUT', 'permission INVALID'],
    ['a zero byte', 'billing:refund\0', 'INVALID_INPUT', 'permission INVALID'],
    ['a wildcard', 'billing:*', 'INVALID_INPUT', 'permission INVALID'],
    ['a wildcard of everything', '*', 'INVALID_INPUT', 'permission INVALID'],
    ['a list', 'orders:read billing:refund', 'INVALID_INPUT', 'permission INVALID'],
    ['nothing', '', 'INVALID_INPUT', 'permission INVALID'],
    ['a role’s name', 'billing agent', 'INVALID_INPUT', 'permission INVALID'],
    ['one that is not declared', 'orders:everything', 'NOT_FOUND', undefined],
    ['a part of the slug', 'order:refund', 'NOT_FOUND', undefined],
    ['no slug', ':permissions.manage', 'INVALID_INPUT', 'permission INVALID'],
  ])('gains nothing by %s', async (_what, permission, code, field) => {
    await d.expectRefused(() => grant({ userId: d.olga.id, permission }), code, field);
  });

  it.each([
    ['both a user and a group', (groupId: string) => ({ userId: d.ann.id, groupId })],
    ['neither', () => ({})],
    ['nulls', () => ({ userId: null, groupId: null })],
  ])('cannot name %s as the receiver', async (_what, receiver) => {
    const groupId = await d.group(`Receiver ${_what}`, 'orders');
    for (const mutation of ['grantPermission', 'revokePermission'])
      await d.expectRefused(
        () => d.change(d.olga, mutation, { ...receiver(groupId), permission: 'orders:refund' }),
        'INVALID_INPUT',
        'userId ONE_OF',
      );
  });

  it('gains nothing by her own id in capitals', async () => {
    const userId = d.olga.id.toUpperCase();
    await d.expectRefused(() => grant({ userId, permission: 'billing:refund' }), 'FORBIDDEN');
    await d.expectRefused(() => grantRole({ userId, role: 'billing agent' }), 'FORBIDDEN');
  });

  it('makes one grant and not two by the same id in another spelling', async () => {
    for (const userId of [d.ann.id, d.ann.id.toUpperCase()])
      await d.make(d.olga, 'grantPermission', { userId, permission: 'orders:ship' });
    const rows = await d.app.sql('SELECT user_id FROM permission_grants WHERE permission = $1', [
      'orders:ship',
    ]);
    expect(rows).toEqual([{ user_id: d.ann.id }]);
    const { success } = await d.change(
      d.olga,
      'revokePermission',
      { userId: d.ann.id.toUpperCase(), permission: 'orders:ship' },
      'stillHeldBy { reason }',
    );
    expect(success).toMatchObject({ stillHeldBy: [] });
    expect(await d.may(d.ann)).toEqual([]);
  });

  it.each([
    ['an id that nobody has', '01890000-0000-7000-8000-000000000000'],
    ['no id', 'olga'],
    ['an id with braces', '{01890000-0000-7000-8000-000000000000}'],
    ['a list', '01890000-0000-7000-8000-000000000000,01890000-0000-7000-8000-000000000001'],
  ])('reaches nobody by %s', async (_what, userId) => {
    await d.expectRefused(() => grant({ userId, permission: 'orders:refund' }), 'NOT_FOUND');
    await d.expectRefused(() => grant({ groupId: userId, permission: 'orders:refund' }), 'NOT_FOUND');
  });

  it('takes a user’s id for no group’s, nor the reverse', async () => {
    const groupId = await d.group('Mistaken', 'orders');
    const permission = 'orders:refund';
    await d.expectRefused(() => grant({ groupId: d.ann.id, permission }), 'NOT_FOUND');
    await d.expectRefused(() => grant({ userId: groupId, permission }), 'NOT_FOUND');
  });

  it('cannot take from others what is not hers to take', async () => {
    const revoke = (mutation: string, input: object) => () => d.change(d.olga, mutation, input);
    await d.make(d.root, 'grantRole', { userId: d.ann.id, role: 'billing agent' });
    await d.expectRefused(
      revoke('revokePermission', { userId: d.bill.id, permission: 'billing:permissions.manage' }),
      'FORBIDDEN',
    );
    await d.expectRefused(revoke('revokeRole', { userId: d.ann.id, role: 'billing agent' }), 'FORBIDDEN');
    await d.expectRefused(revoke('revokeRole', { userId: d.root.id, role: 'administrator' }), 'FORBIDDEN');
  });
});

describe('who manages nothing', () => {
  it.each([
    ['grantPermission', { permission: 'orders:read' }],
    ['grantRole', { role: 'orders agent' }],
    ['revokePermission', { permission: 'orders:permissions.manage' }],
    ['revokeRole', { role: 'administrator' }],
  ])('is refused %s, whoever it is for', async (mutation, what) => {
    for (const userId of [d.ann.id, d.olga.id, d.root.id])
      await d.expectRefused(() => d.change(d.ann, mutation, { userId, ...what }), 'FORBIDDEN');
    const nobody = { ...d.ann, accessToken: '' };
    await d.expectRefused(() => d.change(nobody, mutation, { userId: d.ann.id, ...what }), 'UNAUTHENTICATED');
  });

  it('is no manager by what they hold: a permission is no right to give it', async () => {
    const holder = await d.app.given.user();
    for (const permission of ['orders:read', 'orders:refund', 'orders:sign-in', 'signet:permissions.read'])
      await d.make(d.root, 'grantPermission', { userId: holder.id, permission });
    await d.expectRefused(
      () => d.change(holder, 'grantPermission', { userId: d.ann.id, permission: 'orders:read' }),
      'FORBIDDEN',
    );
  });

  it('is no manager of Signet by managing its users', async () => {
    const helper = await d.app.given.user();
    await d.make(d.root, 'grantPermission', { userId: helper.id, permission: 'signet:users.manage' });
    for (const permission of ['signet:users.manage', 'signet:users.read', 'signet:permissions.manage'])
      await d.expectRefused(
        () => d.change(helper, 'grantPermission', { userId: helper.id, permission }),
        'FORBIDDEN',
      );
  });
});
