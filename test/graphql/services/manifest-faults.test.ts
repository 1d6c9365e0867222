import type { Actor } from '../../support/actor.js';
import {
  RegisterServiceDocument,
  ServicePlanDocument,
  ServicesDocument,
  UpdateServiceDocument,
  type RegisterServiceInput,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let slug: string;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
  ({ slug } = await app.given.service({ slug: 'orders' }, admin));
});
afterAll(() => app.close());

type Fault = [path: string, code: string];

const named = (...names: string[]) => names.map((name) => ({ name }));
const role = (name: string, permissions: string[] = []) => ({ name, permissions });
const RIGHT_TO_LEFT = '\u202e';

/** What is wrong with a manifest, and where. */
const faults: [title: string, manifest: Partial<RegisterServiceInput>, expected: Fault[]][] = [
  ...[
    '',
    'Orders',
    '1orders',
    '-orders',
    'orders_eu',
    'ör',
    'or ders',
    'a'.repeat(41),
    'orders\0',
    'orders:x',
  ].map((wrong): (typeof faults)[number] => [
    `slug ${JSON.stringify(wrong)}`,
    { slug: wrong },
    [['slug', 'INVALID']],
  ]),
  ...['signet', 'openid', 'profile', 'email', 'phone', 'address', 'offline-access'].map(
    (reserved): (typeof faults)[number] => [`slug ${reserved}`, { slug: reserved }, [['slug', 'RESERVED']]],
  ),
  ['no name', { name: '  ' }, [['name', 'REQUIRED']]],
  ['a long name', { name: 'n'.repeat(101) }, [['name', 'TOO_LONG']]],
  ['a name that reads backwards', { name: `Orders${RIGHT_TO_LEFT}` }, [['name', 'INVALID']]],
  ['a long description', { description: 'd'.repeat(1001) }, [['description', 'TOO_LONG']]],
  ['a description with NUL', { description: 'a\0b' }, [['description', 'INVALID']]],
  ...[
    '',
    'Refund',
    '.refund',
    'refund all',
    'refund/all',
    'x'.repeat(81),
    'refund\0',
    'rückzahlung',
    '*',
  ].map((wrong): (typeof faults)[number] => [
    `permission ${JSON.stringify(wrong)}`,
    { permissions: named('read', wrong) },
    [['permissions[1].name', 'INVALID']],
  ]),
  ['a permission with the slug', { permissions: named('orders:read') }, [['permissions[0].name', 'INVALID']]],
  [
    'permissions that every service has',
    { permissions: named('permissions.manage', 'sign-in') },
    [
      ['permissions[0].name', 'RESERVED'],
      ['permissions[1].name', 'RESERVED'],
    ],
  ],
  ['a permission twice', { permissions: named('read', 'x', 'read') }, [['permissions[2].name', 'DUPLICATE']]],
  [
    'a bad description and hint',
    { permissions: [{ name: 'read', description: '\u0007', deprecated: 'x'.repeat(1001) }] },
    [
      ['permissions[0].description', 'INVALID'],
      ['permissions[0].deprecated', 'TOO_LONG'],
    ],
  ],
  [
    'too many permissions',
    { permissions: Array.from({ length: 1001 }, (_, index) => ({ name: `p${index}` })) },
    [['permissions', 'TOO_MANY']],
  ],
  ['a role without a name', { roles: [role('')] }, [['roles[0].name', 'REQUIRED']]],
  ['a role with a long name', { roles: [role('x'.repeat(101))] }, [['roles[0].name', 'TOO_LONG']]],
  ['a role that cannot be seen', { roles: [role('\u200b')] }, [['roles[0].name', 'INVALID']]],
  [
    'a role twice, in another case and composition',
    { roles: [role('Café'), role(' CAFE\u0301 ')] },
    [['roles[1].name', 'DUPLICATE']],
  ],
  [
    'a bad description of a role',
    { roles: [{ ...role('a'), description: '\0' }] },
    [['roles[0].description', 'INVALID']],
  ],
  [
    'permissions that it does not declare',
    { permissions: named('read'), roles: [role('a', ['read', 'refund', 'orders:read', '\0', ''])] },
    [1, 2, 3, 4].map((index): Fault => [`roles[0].permissions[${index}]`, 'UNKNOWN']),
  ],
  [
    'a permission of another service',
    { permissions: named('read'), roles: [role('a', ['signet:users.read'])] },
    [['roles[0].permissions[0]', 'UNKNOWN']],
  ],
  [
    'a permission twice in a role',
    { permissions: named('read'), roles: [role('a', ['read', 'read'])] },
    [['roles[0].permissions[1]', 'DUPLICATE']],
  ],
  [
    'too many roles',
    { roles: Array.from({ length: 201 }, (_, index) => role(`r${index}`)) },
    [['roles', 'TOO_MANY']],
  ],
  [
    'everything at once',
    { slug: 'X', name: '', permissions: named('A', 'sign-in'), roles: [role('', ['b'])] },
    [
      ['slug', 'INVALID'],
      ['name', 'REQUIRED'],
      ['permissions[0].name', 'INVALID'],
      ['permissions[1].name', 'RESERVED'],
      ['roles[0].name', 'REQUIRED'],
      ['roles[0].permissions[0]', 'UNKNOWN'],
    ],
  ],
];

describe('a bad manifest is refused whole, with every fault and its place', () => {
  it.each(faults)('%s', async (_title, over, expected) => {
    const input = { slug: 'new', name: 'New', permissions: [], roles: [], ...over };
    expect(await admin.faults(RegisterServiceDocument, input)).toEqual(expected);
    const { servicePlan } = await admin.asks(ServicePlanDocument, { input });
    if (servicePlan.__typename !== 'InvalidIdentityInput') throw new Error(servicePlan.__typename);
    expect(servicePlan.fields.map(({ path, code }) => [path, code])).toEqual(expected);
    if (over.slug === undefined)
      expect(await admin.faults(UpdateServiceDocument, { slug, ...over, confirm: true })).toEqual(
        expect.arrayContaining(expected),
      );
    expect((await admin.asks(ServicesDocument, {})).services).toEqual([
      { slug: 'orders' },
      { slug: 'signet' },
    ]);
  });

  it('takes every character that a scope of OAuth may have in lower case', async () => {
    const permissions = named('a', '0', 'a.b-c_d', 'x'.repeat(80));
    const [newSlug, longest] = ['a0-b', `a${'-b'.repeat(19)}c`];
    for (const one of [newSlug, longest])
      await admin.does(RegisterServiceDocument, { slug: one, name: 'n'.repeat(100), permissions });
  });

  it('cannot be one of Signet itself, not even to change its name', async () => {
    expect(await admin.faults(UpdateServiceDocument, { slug: 'signet', name: 'Mine' })).toEqual([
      ['slug', 'RESERVED'],
    ]);
  });
});
