import type { Actor } from '../../support/actor.js';
import {
  CreateRoleDocument,
  RegisterServiceDocument,
  RoleDocument,
  ServiceDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
});
afterAll(() => app.close());

const events = () => app.sql<{ count: number }>('SELECT count(*)::int AS count FROM audit_events');

/** Another slug and other roles each time, since both are names that nobody else may have. */
function manifest() {
  const slug = app.given.slug();
  return {
    slug,
    name: 'Orders',
    description: 'What customers buy.',
    access: 'OPEN' as const,
    permissions: [
      { name: 'read', description: 'See orders.' },
      { name: 'refund', description: 'Give money back.', deprecated: 'Use credit.' },
    ],
    roles: [{ name: `Agent of ${slug}`, description: 'Answers.', permissions: ['refund', 'read'] }],
  };
}

describe('registerService', () => {
  it('makes the service, its permissions, those that every service has, and its roles', async () => {
    const input = manifest();
    const { slug } = input;
    const { service, changes } = await admin.does(RegisterServiceDocument, input);
    expect(service).toMatchObject({
      slug,
      name: 'Orders',
      description: 'What customers buy.',
      access: 'OPEN',
    });
    expect(service.permissions).toEqual([
      {
        name: `${slug}:permissions.manage`,
        description: 'Manage who may do what in Orders.',
        deprecated: null,
      },
      { name: `${slug}:read`, description: 'See orders.', deprecated: null },
      { name: `${slug}:refund`, description: 'Give money back.', deprecated: 'Use credit.' },
      { name: `${slug}:sign-in`, description: 'Sign in to Orders when it is closed.', deprecated: null },
    ]);
    expect(service.roles).toEqual([
      {
        ...{ name: `Agent of ${slug}`, description: 'Answers.' },
        permissions: [{ name: `${slug}:read` }, { name: `${slug}:refund` }],
      },
    ]);
    expect(changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      `ADD SERVICE ${slug}`,
      ...['permissions.manage', 'sign-in', 'read', 'refund'].map((name) => `ADD PERMISSION ${slug}:${name}`),
      `ADD ROLE Agent of ${slug}`,
    ]);
    expect((await admin.asks(ServiceDocument, { slug })).service).toEqual(service);
    const { role } = await admin.asks(RoleDocument, { name: `agent OF ${slug}` });
    expect(role!.service).toEqual({ slug });
  });

  it('is open and declares nothing when it says so', async () => {
    const slug = app.given.slug();
    const { service } = await admin.does(RegisterServiceDocument, { slug, name: 'Bare' });
    expect(service).toMatchObject({ access: 'OPEN', description: null, roles: [] });
    expect(service.permissions.map(({ name }) => name)).toEqual([
      `${slug}:permissions.manage`,
      `${slug}:sign-in`,
    ]);
  });

  it('changes nothing and writes nothing when it is there just so, in whatever order', async () => {
    const input = manifest();
    const first = await admin.does(RegisterServiceDocument, input);
    const before = await events();
    app.clock.advance(1);
    const permissions = input.permissions.toReversed();
    const roles = input.roles.map((role) => ({ ...role, permissions: role.permissions.toReversed() }));
    const again = await admin.does(RegisterServiceDocument, { ...input, permissions, roles });
    expect(again).toEqual({ ...first, changes: [] });
    expect(await events()).toEqual(before);
  });

  it('does not overwrite another service of the same slug', async () => {
    const input = manifest();
    const { service } = await admin.does(RegisterServiceDocument, input);
    const { __typename, code } = await admin.fails(RegisterServiceDocument, { ...input, name: 'Mine now' });
    expect([__typename, code]).toEqual(['NameTaken', 'NAME_TAKEN']);
    expect((await admin.asks(ServiceDocument, { slug: input.slug })).service).toEqual(service);
  });

  it('registers once what two send at the same moment', async () => {
    const input = manifest();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admin.does(RegisterServiceDocument, input)),
    );
    expect(answers.filter(({ changes }) => changes.length > 0)).toHaveLength(1);
  });

  it('takes over no role that an administrator made or another service declares', async () => {
    const { slug, roles } = manifest();
    await admin.does(CreateRoleDocument, { name: `Made by hand ${slug}` });
    const declared = await app.given.service(
      { roles: [{ name: `Declared ${slug}`, permissions: ['read'] }] },
      admin,
    );
    const problem = await admin.fails(RegisterServiceDocument, {
      ...manifest(),
      roles: [
        ...roles,
        { name: `MADE BY HAND ${slug}`, permissions: ['read'] },
        { name: `declared ${slug}`, permissions: ['read'] },
      ],
    });
    expect(problem.fields).toEqual([
      {
        ...{ path: 'roles[1].name', code: 'TAKEN' },
        message: `There is a role Made by hand ${slug} that an administrator made. Choose another name.`,
      },
      {
        ...{ path: 'roles[2].name', code: 'TAKEN' },
        message: `There is a role Declared ${slug} that ${declared.slug} declares. Choose another name.`,
      },
    ]);
  });

  it('is for those alone who manage every service', async () => {
    const { slug } = await app.given.service({}, admin);
    for (const person of [await app.given.user(), await app.given.manager(slug, admin)]) {
      const other = await app.given.acting(person);
      expect(await other.refused(RegisterServiceDocument, manifest())).toBe('FORBIDDEN');
      expect(await other.refused(RegisterServiceDocument, { slug, name: 'Mine' })).toBe('FORBIDDEN');
    }
  });
});
