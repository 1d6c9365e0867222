import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Actor } from '../../support/actor.js';
import {
  CreateGroupDocument,
  CreateRoleDocument,
  GrantPermissionDocument,
  PermissionDocument,
  PermissionsDocument,
  RoleDocument,
  RolesDocument,
  ServiceDocument,
  ServicesDocument,
  UserGroupDocument,
  UserGroupsDocument,
  type PermissionsQueryVariables,
  type RolesQueryVariables,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let reader: Actor;
let groupId: string;

const numbers = Array.from({ length: 30 }, (_, index) => String(index).padStart(2, '0'));

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
  await app.given.service(
    {
      ...{ slug: 'orders', name: 'Order desk' },
      permissions: [
        { name: 'refund', description: 'Give MONEY back.' },
        { name: 'read.all', description: '100 % of them.' },
        { name: 'read_own' },
      ],
      roles: [{ name: 'Clerk', description: 'Sells things.', permissions: ['refund'] }],
    },
    admin,
  );
  await app.given.service(
    {
      ...{ slug: 'many', name: 'Many' },
      permissions: numbers.map((name) => ({ name: `p${name}` })),
      roles: numbers.map((name) => ({ name: `Role ${name}`, permissions: [`p${name}`] })),
    },
    admin,
  );
  await admin.does(CreateRoleDocument, { name: 'Überall', permissions: ['orders:refund', 'many:p07'] });
  groupId = (await admin.does(CreateGroupDocument, { name: 'Night_shift', service: 'orders' })).group.id;
  reader = await app.given.acting(await app.given.user());
  await admin.does(GrantPermissionDocument, { userId: reader.id, permission: 'signet:permissions.read' });
});
afterAll(() => app.close());

const permissions = async (variables: PermissionsQueryVariables) =>
  (await reader.asks(PermissionsDocument, variables)).permissions.map(({ name }) => name);
const roles = async (variables: RolesQueryVariables) =>
  (await reader.asks(RolesDocument, variables)).roles.map(({ name }) => name);
const services = async (search?: string) =>
  (await reader.asks(ServicesDocument, { search: search ?? null })).services.map(({ slug }) => slug);

describe('services', () => {
  it('come in order of slug, or those whose slug or name contain a text', async () => {
    expect(await services()).toEqual(['many', 'orders', 'signet']);
    expect(await services('ORD')).toEqual(['orders']);
    expect(await services('desk')).toEqual(['orders']);
    expect(await services('%')).toEqual([]);
  });

  it('are found by slug alone', async () => {
    expect((await reader.asks(ServiceDocument, { slug: 'orders' })).service!.name).toBe('Order desk');
    for (const slug of ['ORDERS', 'order', ''])
      expect((await reader.asks(ServiceDocument, { slug })).service).toBeNull();
  });
});

describe('permissions', () => {
  it('come in order of name, all at once or of one service', async () => {
    const all = await permissions({});
    expect(all).toEqual(all.toSorted());
    expect(all.length).toBe(5 + (3 + 2) + (30 + 2));
    expect(await permissions({ service: 'orders' })).toEqual([
      ...[
        'orders:permissions.manage',
        'orders:read.all',
        'orders:read_own',
        'orders:refund',
        'orders:sign-in',
      ],
    ]);
    expect(await permissions({ service: 'none' })).toEqual([]);
  });

  it.each([
    ['refund', ['orders:refund']],
    ['money', ['orders:refund']],
    ['ORDERS:READ', ['orders:read.all', 'orders:read_own']],
    // What means something to LIKE or to a regular expression means itself.
    ['%', ['orders:read.all']],
    ['read_', ['orders:read_own']],
    ['.all', ['orders:read.all']],
    ['\\', []],
  ])('are found by %s', async (search, expected) => {
    expect(await permissions({ service: 'orders', search })).toEqual(expected);
  });

  it('are read page by page without a gap or a double', async () => {
    const read: string[] = [];
    for (let page = ['']; page.length > 0; read.push(...page))
      page = await permissions({ service: 'many', first: 7, after: read.at(-1) ?? null });
    expect(read).toEqual(await permissions({ service: 'many' }));
  });

  it('are found by their whole name, with their service and the roles that hold them', async () => {
    const { permission } = await reader.asks(PermissionDocument, { name: 'orders:refund' });
    expect(permission).toEqual({
      ...{ name: 'orders:refund', description: 'Give MONEY back.', deprecated: null },
      ...{ service: { slug: 'orders' }, roles: [{ name: 'Clerk' }, { name: 'Überall' }] },
    });
    for (const name of ['refund', 'orders', 'orders:', ':refund', 'orders:refund ', 'Orders:refund', ''])
      expect((await reader.asks(PermissionDocument, { name })).permission).toBeNull();
  });
});

describe('roles', () => {
  it('come in order of name whatever its case, all or of one service', async () => {
    const all = await roles({});
    expect(all.length).toBe(1 + 1 + 30 + 1);
    expect(all.slice(0, 3)).toEqual(['administrator', 'Clerk', 'Role 00']);
    expect(await roles({ service: 'orders' })).toEqual(['Clerk']);
    expect(await roles({ permission: 'many:p07' })).toEqual(['Role 07', 'Überall']);
    expect(await roles({ service: 'many', permission: 'orders:refund' })).toEqual([]);
    expect(await roles({ search: 'SELLS' })).toEqual(['Clerk']);
    expect(await roles({ search: 'überAll' })).toEqual(['Überall']);
    expect(await roles({ search: '_' })).toEqual([]);
  });

  it('are read page by page without a gap or a double', async () => {
    const read: string[] = [];
    for (let page = ['']; page.length > 0; read.push(...page))
      page = await roles({ first: 4, after: read.at(-1) ?? null });
    expect(read).toEqual(await roles({}));
  });

  it('are found by name, in any case and composition', async () => {
    for (const name of ['Überall', 'ÜBERALL', ' u\u0308berall '])
      expect((await reader.asks(RoleDocument, { name })).role).toMatchObject({
        ...{ name: 'Überall', service: null },
        permissions: [{ name: 'many:p07' }, { name: 'orders:refund' }],
      });
    expect((await reader.asks(RoleDocument, { name: 'none' })).role).toBeNull();
  });
});

describe('who may read the catalogue', () => {
  type Ask = [TypedDocumentNode<unknown, never>, object];
  const asks = (): Ask[] =>
    [
      [ServiceDocument, { slug: 'orders' }],
      [ServicesDocument, {}],
      [PermissionDocument, { name: 'orders:refund' }],
      [PermissionsDocument, {}],
      [RoleDocument, { name: 'Clerk' }],
      [RolesDocument, {}],
      [UserGroupsDocument, {}],
    ] as Ask[];

  it('is who reads permissions or manages those of any service', async () => {
    const manager = await app.given.acting(await app.given.manager('many', admin));
    for (const actor of [reader, manager, admin])
      for (const [document, variables] of asks()) await actor.asks(document, variables as never);
  });

  it('is nobody else', async () => {
    const person = await app.given.user();
    // Holding some other permission, even one to manage accounts, says nothing of it.
    await admin.does(GrantPermissionDocument, { userId: person.id, permission: 'signet:users.manage' });
    await admin.does(GrantPermissionDocument, { userId: person.id, permission: 'orders:refund' });
    for (const [document, variables] of [...asks(), [UserGroupDocument, { id: groupId }] as Ask])
      for (const [token, code] of [
        [person.accessToken, 'FORBIDDEN'],
        [undefined, 'UNAUTHENTICATED'],
      ] as const) {
        const answer = await app.client.send(document, variables as never, { token });
        expect(answer.codes).toEqual([code]);
      }
  });

  it('lets managers of another service see what there is, and not who has it', async () => {
    const manager = await app.given.manager('many', admin);
    const ask = async (query: string) =>
      (await app.client.send(query, {}, { token: manager.accessToken })).codes;
    const page = '{ edges { node { id } } }';
    for (const name of ['orders:refund', 'signet:users.read']) {
      expect(await ask(`{ permission(name: "${name}") { holders ${page} } }`)).toEqual(['FORBIDDEN']);
      expect(await ask(`{ permission(name: "${name}") { grants { edges { cursor } } } }`)).toEqual([
        'FORBIDDEN',
      ]);
    }
    expect(await ask(`{ role(name: "Clerk") { grants { edges { cursor } } } }`)).toEqual(['FORBIDDEN']);
    // One of several services, which nobody declares, belongs to those who read all permissions.
    expect(await ask(`{ role(name: "Überall") { grants { edges { cursor } } } }`)).toEqual(['FORBIDDEN']);
    for (const field of [`members ${page}`, 'groups { id }', 'parents { id }', 'grants { id }'])
      expect(await ask(`{ userGroup(id: "${groupId}") { ${field} } }`)).toEqual(['FORBIDDEN']);
    expect(
      await ask(`{ permission(name: "many:p07") { holders ${page} grants { edges { cursor } } } }`),
    ).toEqual([]);
    expect(await ask(`{ role(name: "Role 07") { grants { edges { cursor } } } }`)).toEqual([]);
    expect(await ask(`{ userGroup(id: "${groupId}") { name description service { slug } } }`)).toEqual([]);
  });
});
