import { startDelegation, type Delegation } from '../support/delegation.js';

/** Who manages orders tries to make, fill, rename or take over a role, so that it gives what is billing's. */
let d: Delegation;
beforeAll(async () => {
  d = await startDelegation();
});
afterAll(() => d?.app.close());

/** A role of orders that olga made and has. */
async function ownRole(name: string): Promise<void> {
  await d.make(d.olga, 'createRole', { name, permissions: ['orders:read'] });
  await d.make(d.olga, 'grantRole', { userId: d.olga.id, role: name });
}
const create = (input: object) => () => d.change(d.olga, 'createRole', input);
const update = (input: object) => () => d.change(d.olga, 'updateRole', input);

describe('a manager of one service who makes a role', () => {
  it.each([
    ['another service’s permission', ['billing:refund']],
    ['one of another service among hers', ['orders:read', 'billing:read', 'orders:refund']],
    ['the management of another service', ['billing:permissions.manage']],
    ['Signet’s own', ['orders:read', 'signet:permissions.manage']],
    ['nothing at all, to be filled later', []],
    ['a permission of no service', ['nothing:here']],
    ['a wildcard', ['*']],
  ])('cannot put %s into it', async (_what, permissions) => {
    await d.expectRefused(create({ name: 'Loot', permissions }), 'FORBIDDEN');
  });

  it.each([
    ['a wildcard', 'orders:*'],
    ['a second colon', 'orders:billing:refund'],
    ['capitals', 'orders:REFUND'],
    ['her slug without a colon', 'ordersx'],
    ['what orders never declared', 'orders:everything'],
    ['a line break', 'orders:refund\nbilling:refund'],
    ['a zero byte', 'orders:refund\0'],
  ])('cannot name %s', async (_what, name) => {
    const permissions = ['orders:read', name];
    await d.expectRefused(create({ name: 'Odd', permissions }), 'INVALID_INPUT', 'permissions[1] UNKNOWN');
  });

  it.each(['billing agent', 'Billing Agent', ' billing agent ', 'ADMINISTRATOR'])(
    'cannot take the name “%s”, which another role has',
    async (name) => {
      await d.expectRefused(create({ name, permissions: ['orders:read'] }), 'NAME_TAKEN');
    },
  );

  it.each([
    ['invisible characters', 'administra\u200btor'],
    ['an override of the reading direction', '\u202erotartsinimda'],
    ['a line break', 'administrator\nof orders'],
    ['a zero byte', 'administrator\0'],
  ])('cannot make a name pass for another by %s', async (_what, name) => {
    await d.expectRefused(create({ name, permissions: ['orders:read'] }), 'INVALID_INPUT', 'name INVALID');
  });

  it('gains nothing by a name of look-alike letters: it is another role, which gives what is in it', async () => {
    const name = '\u0430dministrator'; // a Cyrillic letter
    await d.make(d.olga, 'createRole', { name, permissions: ['orders:read'] });
    await d.make(d.olga, 'grantRole', { userId: d.ann.id, role: name });
    expect(await d.may(d.ann)).toEqual(['orders:read']);
    await d.make(d.olga, 'deleteRole', { name, confirm: true });
  });
});

describe('a manager of one service who has a role', () => {
  beforeAll(() => ownRole('Mine'));

  it.each([
    ['another service’s permission', ['billing:refund']],
    ['one of another service beside what it holds', ['orders:read', 'billing:refund']],
    ['Signet’s own', ['orders:read', 'signet:permissions.manage']],
    ['nothing', []],
  ])('cannot put %s into it', async (_what, permissions) => {
    await d.expectRefused(update({ name: 'Mine', permissions }), 'FORBIDDEN');
  });

  it('cannot do so under another spelling of its name, nor while renaming it', async () => {
    const permissions = ['orders:read', 'billing:refund'];
    await d.expectRefused(update({ name: ' MINE ', permissions }), 'FORBIDDEN');
    await d.expectRefused(update({ name: 'Mine', newName: 'Mine too', permissions }), 'FORBIDDEN');
  });

  it.each(['billing agent', 'BILLING AGENT', 'administrator', ' Administrator '])(
    'cannot rename it to “%s”, so that what is given by that name is hers',
    async (newName) => {
      await d.expectRefused(update({ name: 'Mine', newName }), 'NAME_TAKEN');
    },
  );

  it('cannot take its name away from a role that mixes services, and step into its place', async () => {
    await d.make(d.root, 'createRole', { name: 'Both', permissions: ['orders:read', 'billing:read'] });
    await d.make(d.root, 'grantRole', { userId: d.ann.id, role: 'Both' });
    await d.expectRefused(update({ name: 'Both', newName: 'Away' }), 'FORBIDDEN');
    await d.expectRefused(update({ name: 'Both', permissions: ['orders:read'] }), 'FORBIDDEN');
    await d.expectRefused(update({ name: 'Both', description: 'Mine' }), 'FORBIDDEN');
    await d.expectRefused(() => d.change(d.olga, 'deleteRole', { name: 'Both', confirm: true }), 'FORBIDDEN');
  });

  it.each(['billing agent', 'administrator'])('cannot change or delete %s', async (name) => {
    await d.expectRefused(update({ name, permissions: ['orders:read'] }), 'FORBIDDEN');
    await d.expectRefused(update({ name, newName: 'Gone' }), 'FORBIDDEN');
    for (const confirm of [true, false])
      await d.expectRefused(() => d.change(d.olga, 'deleteRole', { name, confirm }), 'FORBIDDEN');
  });

  it('cannot change what a manifest declares, not even that of orders, and nor can an administrator', async () => {
    for (const person of [d.olga, d.root]) {
      const change = (mutation: string, input: object) => () => d.change(person, mutation, input);
      const name = 'Orders Agent';
      await d.expectRefused(change('updateRole', { name, newName: 'X' }), 'INVALID_INPUT', 'name DECLARED');
      await d.expectRefused(change('deleteRole', { name, confirm: true }), 'INVALID_INPUT', 'name DECLARED');
    }
    await d.expectRefused(
      () => d.change(d.root, 'updateRole', { name: 'administrator', permissions: [] }),
      'INVALID_INPUT',
      'name DECLARED',
    );
  });

  it('cannot empty a role of hers, and have it filled by who manages more', async () => {
    await d.expectRefused(update({ name: 'Mine', permissions: [] }), 'FORBIDDEN');
    // An empty role that she was given belongs to those who manage everything, and they alone put something in.
    await d.make(d.root, 'createRole', { name: 'Husk', permissions: [] });
    await d.make(d.root, 'grantRole', { userId: d.olga.id, role: 'Husk' });
    await d.expectRefused(update({ name: 'Husk', permissions: ['orders:read'] }), 'FORBIDDEN');
    await d.expectRefused(
      () => d.change(d.bill, 'updateRole', { name: 'Husk', permissions: ['billing:read'] }),
      'FORBIDDEN',
    );
  });
});

describe('who manages nothing', () => {
  it.each([
    ['createRole', { name: 'New', permissions: ['orders:read'] }],
    ['createRole', { name: 'New', permissions: [] }],
    ['updateRole', { name: 'orders agent', permissions: [] }],
    ['deleteRole', { name: 'orders agent', confirm: true }],
  ])('is refused %s', async (mutation, input) => {
    await d.expectRefused(() => d.change(d.ann, mutation, input), 'FORBIDDEN');
  });
});
