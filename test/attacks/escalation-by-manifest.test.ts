import { startDelegation, OWN_PERMISSIONS, type Delegation } from '../support/delegation.js';

/** Who may change the manifest of orders tries to reach beyond orders with it, or to become another service. */
let d: Delegation;
beforeAll(async () => {
  d = await startDelegation();
  await d.make(d.root, 'createRole', { name: 'Auditor', permissions: ['billing:read', 'orders:read'] });
});
afterAll(() => d?.app.close());

const own = OWN_PERMISSIONS.map((name) => ({ name }));
const update = (input: object) => () => d.change(d.olga, 'updateService', { slug: 'orders', ...input });
const register = (input: object) => () =>
  d.change(d.root, 'registerService', { slug: 'stock', name: 'Stock', ...input });
const PLAN = `query ($input: ServiceManifestInput!) { servicePlan(input: $input) { __typename } }`;

describe('the manifest of a service', () => {
  it.each(['billing agent', 'Billing Agent', ' BILLING AGENT ', 'administrator', 'Administrator'])(
    'cannot take over the role “%s” of another service',
    async (name) => {
      const taken = 'roles[0].name TAKEN';
      await d.expectRefused(update({ roles: [{ name, permissions: ['read'] }] }), 'INVALID_INPUT', taken);
      await d.expectRefused(register({ roles: [{ name, permissions: [] }] }), 'INVALID_INPUT', taken);
    },
  );

  it.each(['Auditor', 'auditor', 'AUDITOR '])(
    'cannot take over a role that an administrator made, as “%s”',
    async (name) => {
      const roles = [{ name, permissions: OWN_PERMISSIONS }];
      await d.expectRefused(update({ roles }), 'INVALID_INPUT', 'roles[0].name TAKEN');
    },
  );

  it.each([
    ...['billing:refund', 'signet:permissions.manage', 'orders:read', ':read', 'billing：refund'],
    ...['refund of billing', '*', 'everything', 'READ', 'rеad'], // the last with a Cyrillic letter
    ...['', 'read\n', 'read\0'],
  ])('cannot put what it does not declare into a role: “%s”', async (permission) => {
    const roles = [{ name: 'orders agent', permissions: ['read', permission] }];
    const unknown = 'roles[0].permissions[1] UNKNOWN';
    await d.expectRefused(update({ roles }), 'INVALID_INPUT', unknown);
    await d.expectRefused(update({ roles, permissions: own }), 'INVALID_INPUT', unknown);
  });

  it.each([
    ...['billing:refund', 'signet:permissions.manage', 'orders:read', ':', 'a:b:c'],
    ...['READ', 'rеfund', 're\u200bfund', 'ｒefund', 'ſhip', 'K', 'read ', ' read', 'read\n', 'read\0'],
    ...[
      '*',
      'read*',
      '',
      '.',
      '..',
      '../billing',
      'read,refund',
      'read refund',
      '-read',
      '%',
      'a'.repeat(81),
    ],
  ])('cannot declare a permission named “%s”', async (name) => {
    await d.expectRefused(
      update({ permissions: [...own, { name }] }),
      'INVALID_INPUT',
      'permissions[3].name INVALID',
    );
  });

  it.each(['permissions.manage', 'sign-in'])(
    'cannot declare %s, which every service has, nor deprecate it away',
    async (name) => {
      const reserved = 'permissions[3].name RESERVED';
      await d.expectRefused(update({ permissions: [...own, { name }] }), 'INVALID_INPUT', reserved);
      const permissions = [...own, { name, deprecated: 'Gone' }];
      await d.expectRefused(update({ permissions }), 'INVALID_INPUT', reserved);
      const [left] = await d.app.sql('SELECT deprecated FROM permissions WHERE name = $1', [
        `orders:${name}`,
      ]);
      expect(left).toEqual({ deprecated: null });
    },
  );

  it('cannot declare a thing twice, so that one of them is looked at and the other one taken', async () => {
    await d.expectRefused(
      update({ permissions: [...own, { name: 'read', deprecated: 'Gone' }] }),
      'INVALID_INPUT',
      'permissions[3].name DUPLICATE',
    );
    for (const [one, other] of [
      ['Seller', 'SELLER'],
      ['Caf\u00e9', 'Cafe\u0301'],
    ])
      await d.expectRefused(
        update({ roles: [one, other].map((name) => ({ name, permissions: ['read'] })) }),
        'INVALID_INPUT',
        'roles[1].name DUPLICATE',
      );
    // Only PostgreSQL takes these for the same name.
    for (const names of [
      ['Lead i', 'Lead \u0130'],
      ['\u03bf\u03b4\u03bf\u03c3', '\u039f\u0394\u039f\u03a3'],
    ]) {
      const roles = names.map((name) => ({ name, permissions: ['read'] }));
      await d.expectRefused(update({ roles }), 'INVALID_INPUT', 'roles DUPLICATE');
      await d.expectRefused(register({ roles, permissions: own }), 'NAME_TAKEN');
    }
    await d.expectRefused(
      update({ roles: [{ name: 'orders agent', permissions: ['read', 'refund', 'read'] }] }),
      'INVALID_INPUT',
      'roles[0].permissions[2] DUPLICATE',
    );
  });

  it('cannot take from people what they use: it is deprecated first, and the loss is confirmed', async () => {
    await d.make(d.root, 'grantPermission', { userId: d.ann.id, permission: 'orders:ship' });
    const without = own.filter(({ name }) => name !== 'ship');
    for (const confirm of [false, true])
      await d.expectRefused(
        update({ permissions: without, confirm }),
        'INVALID_INPUT',
        'permissions NOT_DEPRECATED',
      );
    await d.make(d.olga, 'updateService', {
      slug: 'orders',
      permissions: [...without, { name: 'ship', deprecated: 'Use refund.' }],
    });
    await d.expectRefused(update({ permissions: without }), 'CONFIRMATION_REQUIRED');
    await d.expectRefused(
      () => d.change(d.olga, 'grantPermission', { userId: d.olga.id, permission: 'orders:ship' }),
      'INVALID_INPUT',
      'permission DEPRECATED',
    );
    await d.make(d.olga, 'updateService', { slug: 'orders', permissions: own });
  });
});

describe('a manager of one service', () => {
  it.each([
    ['billing', 'FORBIDDEN'],
    ['BILLING', 'FORBIDDEN'],
    [' billing', 'FORBIDDEN'],
    ['signet', 'FORBIDDEN'],
    ['Signet', 'FORBIDDEN'],
    ['nowhere', 'FORBIDDEN'],
    ['', 'FORBIDDEN'],
    ['ORDERS', 'FORBIDDEN'],
    ['orders\0', 'FORBIDDEN'],
    // Her slug in front of a colon passes for hers, and is no service's.
    ['orders:permissions.manage', 'NOT_FOUND'],
  ])('cannot change the service “%s”', async (slug, code) => {
    for (const input of [
      { permissions: own },
      { roles: [] },
      { access: 'CLOSED' },
      { name: 'Hers' },
      { description: null },
      { confirm: true },
    ])
      await d.expectRefused(() => d.change(d.olga, 'updateService', { slug, ...input }), code);
  });

  it('cannot register a service, neither another one nor hers once more', async () => {
    for (const slug of ['stock', 'orders', 'signet', 'orders2'])
      await d.expectRefused(
        () => d.change(d.olga, 'registerService', { slug, name: slug, permissions: own }),
        'FORBIDDEN',
      );
  });

  it('cannot remove a service, not even hers', async () => {
    for (const slug of ['orders', 'billing', 'signet', 'nowhere'])
      await d.expectRefused(() => d.change(d.olga, 'deleteService', { slug, confirm: true }), 'FORBIDDEN');
  });

  it('cannot ask what another service’s manifest would change, and who would lose by it', async () => {
    for (const slug of ['billing', 'signet', 'nowhere', 'orders:x']) {
      const input = { slug, name: slug };
      const answer = await d.app.client.send(PLAN, { input }, { token: d.olga.accessToken });
      expect(answer.codes).toEqual(['FORBIDDEN']);
    }
  });
});

describe('an administrator who is handed a manifest', () => {
  it.each(['signet', 'openid', 'offline-access', 'profile', 'email', 'phone', 'address'])(
    'cannot register it as %s, which means something else',
    async (slug) => {
      await d.expectRefused(register({ slug }), 'INVALID_INPUT', 'slug RESERVED');
    },
  );

  it.each([
    ...['Signet', 'SIGNET', 'sіgnet', 'signet ', 'sig\u00adnet', 'ѕignet', 'signet:permissions'],
    ...['billing:x', 'Billing', 'bıllıng', '1orders', '-orders', '', 'o'.repeat(41), 'orders\n', 'orders\0'],
  ])('cannot register it as “%s”, which looks like another', async (slug) => {
    await d.expectRefused(register({ slug }), 'INVALID_INPUT', 'slug INVALID');
  });

  it('cannot register it over a service that is there', async () => {
    await d.expectRefused(register({ slug: 'billing', permissions: own }), 'NAME_TAKEN');
  });

  it('cannot change or remove Signet itself by one', async () => {
    const signet = (mutation: string, input: object) => () =>
      d.change(d.root, mutation, { slug: 'signet', confirm: true, ...input });
    for (const input of [{}, { access: 'CLOSED' }, { name: 'Other' }, { permissions: own }])
      await d.expectRefused(
        signet('updateService', { permissions: [], roles: [], ...input }),
        'INVALID_INPUT',
        'slug RESERVED',
      );
    await d.expectRefused(signet('deleteService', {}), 'INVALID_INPUT', 'slug RESERVED');
  });
});
