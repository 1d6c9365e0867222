import type { Actor } from '../../support/actor.js';
import type { RegisteredService } from '../../support/given.js';
import {
  GrantRoleDocument,
  RoleDocument,
  ServiceDocument,
  ServicePlanDocument,
  UpdateServiceDocument,
  UserAccessDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let service: RegisteredService;
let slug: string;
let roleName: string;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
});
beforeEach(async () => {
  slug = app.given.slug();
  roleName = `Agent of ${slug}`;
  service = await app.given.service(
    {
      ...{ slug, name: 'Orders', description: 'What customers buy.' },
      permissions: [{ name: 'read', description: 'See.' }, { name: 'refund' }],
      roles: [{ name: roleName, permissions: ['read'] }],
    },
    admin,
  );
});
afterAll(() => app.close());

const said = (changes: { action: string; kind: string; name: string }[]) =>
  changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const update = (input: object) => admin.does(UpdateServiceDocument, { slug, ...input });
const events = () => app.sql<{ count: number }>('SELECT count(*)::int AS count FROM audit_events');

describe('updateService', () => {
  it('leaves alone what is left out, and what is null but the description', async () => {
    const before = (await admin.asks(ServiceDocument, { slug })).service!;
    expect((await update({})).changes).toEqual([]);
    const nothing = { name: null, access: null, permissions: null, roles: null };
    expect((await update(nothing)).changes).toEqual([]);
    expect((await admin.asks(ServiceDocument, { slug })).service).toEqual(before);
    const { changes } = await update({ description: null });
    expect(changes).toEqual([
      {
        ...{ action: 'CHANGE', kind: 'SERVICE', name: slug },
        before: { name: 'Orders', description: 'What customers buy.', access: 'OPEN' },
        after: { name: 'Orders', description: null, access: 'OPEN' },
      },
    ]);
  });

  it('changes nothing and writes nothing when it is so already', async () => {
    const { permissions, roles } = service;
    const manifest = {
      name: 'Orders',
      description: 'What customers buy.',
      access: 'OPEN',
      permissions,
      roles,
    };
    const before = [await admin.asks(ServiceDocument, { slug }), await events()];
    app.clock.advance(1);
    expect((await update(manifest)).changes).toEqual([]);
    expect([await admin.asks(ServiceDocument, { slug }), await events()]).toEqual(before);
  });

  it('renames the service, and with it what every service has', async () => {
    const { changes, service: renamed } = await update({ name: 'Sales' });
    expect(said(changes)).toEqual([
      `CHANGE SERVICE ${slug}`,
      `CHANGE PERMISSION ${slug}:permissions.manage`,
      `CHANGE PERMISSION ${slug}:sign-in`,
    ]);
    expect(renamed.permissions[0]!.description).toBe('Manage who may do what in Sales.');
  });

  it('adds, describes, deprecates and restores permissions', async () => {
    const added = await update({ permissions: [...service.permissions, { name: 'void' }] });
    expect(said(added.changes)).toEqual([`ADD PERMISSION ${slug}:void`]);
    const deprecated = await update({
      permissions: [
        { name: 'read', description: 'Look.' },
        { name: 'refund', deprecated: 'Use void.' },
        { name: 'void' },
      ],
    });
    expect(deprecated.changes).toEqual([
      {
        ...{ action: 'CHANGE', kind: 'PERMISSION', name: `${slug}:read` },
        before: { description: 'See.', deprecated: null },
        after: { description: 'Look.', deprecated: null },
      },
      {
        ...{ action: 'DEPRECATE', kind: 'PERMISSION', name: `${slug}:refund` },
        before: { description: null, deprecated: null },
        after: { description: null, deprecated: 'Use void.' },
      },
    ]);
    const restored = await update({
      permissions: [{ name: 'read', description: 'Look.' }, { name: 'refund' }, { name: 'void' }],
    });
    expect(said(restored.changes)).toEqual([`RESTORE PERMISSION ${slug}:refund`]);
  });

  it('changes a role of its own for everybody who has it, at once', async () => {
    const ada = await app.given.user();
    await admin.does(GrantRoleDocument, { userId: ada.id, role: roleName });
    const { changes } = await update({
      roles: [{ name: roleName.toUpperCase(), description: 'New words.', permissions: ['read', 'refund'] }],
    });
    expect(said(changes)).toEqual([`CHANGE ROLE ${roleName.toUpperCase()}`]);
    const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
    expect(user!.permissions.map(({ name }) => name)).toEqual([`${slug}:read`, `${slug}:refund`]);
    expect(user!.roles).toEqual([{ name: roleName.toUpperCase() }]);
  });

  it('keeps the grants of a role whose words change, and gives those of a deleted one to nobody', async () => {
    const ada = await app.given.user();
    await admin.does(GrantRoleDocument, { userId: ada.id, role: roleName });
    await update({ roles: [], confirm: true });
    expect((await admin.asks(RoleDocument, { name: roleName })).role).toBeNull();
    await update({ roles: service.roles });
    const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
    expect([user!.roles, user!.grants, user!.permissions]).toEqual([[], [], []]);
  });

  it('says in servicePlan beforehand exactly what it does then', async () => {
    const input = {
      ...{ slug, name: 'Sales', access: 'CLOSED' as const },
      permissions: [{ name: 'read' }, { name: 'refund', deprecated: 'Soon gone.' }, { name: 'void' }],
      roles: [{ name: `Other of ${slug}`, permissions: ['void'] }],
    };
    const ada = await app.given.user();
    await admin.does(GrantRoleDocument, { userId: ada.id, role: roleName });
    const before = await events();
    const { servicePlan } = await admin.asks(ServicePlanDocument, { input });
    if (servicePlan.__typename !== 'ServicePlanSuccess') throw new Error(servicePlan.__typename);
    expect(servicePlan.isNew).toBe(false);
    expect(servicePlan.losses).toEqual([
      { permission: `${slug}:read`, userCount: 1, users: [{ id: ada.id }] },
    ]);
    expect(await events()).toEqual(before);

    const refused = await admin.fails(UpdateServiceDocument, { ...input, description: null });
    expect(refused.losses).toEqual(servicePlan.losses);
    expect(refused.message).toContain(`1 person would lose ${slug}:read.`);
    const { changes } = await update({ ...input, description: null, confirm: true });
    expect(changes).toEqual(servicePlan.changes);
    const again = await admin.asks(ServicePlanDocument, { input });
    expect(again.servicePlan).toMatchObject({ changes: [], losses: [] });
  });

  it('is for who manages the service or every one', async () => {
    const other = await app.given.service({}, admin);
    const manager = await app.given.acting(await app.given.manager(slug, admin));
    await manager.does(UpdateServiceDocument, { slug, access: 'CLOSED' });
    expect(await manager.refused(UpdateServiceDocument, { slug: other.slug, name: 'Mine' })).toBe(
      'FORBIDDEN',
    );
    expect(await manager.refused(UpdateServiceDocument, { slug: 'signet', name: 'Mine' })).toBe('FORBIDDEN');
    const nobody = await app.given.acting(await app.given.user());
    expect(await nobody.refused(UpdateServiceDocument, { slug, name: 'Mine' })).toBe('FORBIDDEN');
    // Nor does a plan tell what it would change elsewhere.
    const plan = await app.client.send(
      ServicePlanDocument,
      { input: { slug: other.slug, name: 'Mine' } },
      { token: manager.person.accessToken },
    );
    expect(plan.codes).toEqual(['FORBIDDEN']);
  });

  it('finds no service that is not there', async () => {
    for (const wrong of ['none', 'NONE', '', '\0', `${slug}:read`, 'x'.repeat(5000)])
      expect([wrong, await admin.refused(UpdateServiceDocument, { slug: wrong, name: 'New' })]).toEqual([
        wrong,
        'NOT_FOUND',
      ]);
  });
});
