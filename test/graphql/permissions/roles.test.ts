import type { Actor } from '../../support/actor.js';
import type { RegisteredService } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  DeleteRoleDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  RoleDocument,
  UpdateRoleDocument,
  UpdateServiceDocument,
  UserAccessDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let service: RegisteredService;
let name: string;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
  service = await app.given.service({}, admin);
});
beforeEach(() => {
  name = `Role ${app.given.slug()}`;
});
afterAll(() => app.close());

const events = () => app.sql<{ count: number }>('SELECT count(*)::int AS count FROM audit_events');
const role = async (of: string) => (await admin.asks(RoleDocument, { name: of })).role;
const permissionsOf = async (id: string) =>
  (await admin.asks(UserAccessDocument, { id })).user!.permissions.map((permission) => permission.name);

/** What no name of a role or a group may be, with its fault. */
const BAD_NAMES: [name: string, code: string][] = [
  ['', 'REQUIRED'],
  [' \n\t ', 'REQUIRED'],
  ['x'.repeat(101), 'TOO_LONG'],
  ['a\0b', 'INVALID'],
  ['a\nb', 'INVALID'],
  ['evil\u202eelor', 'INVALID'],
  ['zero\u200bwidth', 'INVALID'],
  ['soft\u00adhyphen', 'INVALID'],
];

describe('a list of more permissions than a role may have', () => {
  it('is one fault, however many of its names are wrong', async () => {
    const permissions = Array.from({ length: 5001 }, (_, index) => `none:of-${index}`);
    const faults = [['permissions', 'TOO_MANY']];
    expect(await admin.faults(CreateRoleDocument, { name, permissions })).toEqual(faults);
    await admin.does(CreateRoleDocument, { name, permissions: [] });
    expect(await admin.faults(UpdateRoleDocument, { name, permissions })).toEqual(faults);
  });
});

describe('createRole', () => {
  it('makes a role of permissions of several services, each once', async () => {
    const other = await app.given.service({}, admin);
    const permissions = [service.refund, other.read, service.refund, 'signet:users.read'];
    const { role: made } = await admin.does(CreateRoleDocument, {
      name,
      description: 'Text\nof two lines',
      permissions,
    });
    expect(made).toMatchObject({ name, description: 'Text\nof two lines', service: null });
    expect(made.permissions).toEqual(
      [service.refund, other.read, 'signet:users.read'].toSorted().map((one) => ({ name: one })),
    );
    expect(await role(name)).toEqual(made);
  });

  it('keeps a name as it was written, without spaces around it', async () => {
    const { role: made } = await admin.does(CreateRoleDocument, { name: `  ${name} Café 🦊 ` });
    expect(made.name).toBe(`${name} Café 🦊`);
  });

  it.each(['as it is', 'in capitals', 'composed otherwise', 'of a service'])(
    'refuses a name that is there already: %s',
    async (how) => {
      const taken = `É ${name}`;
      if (how === 'of a service')
        await app.given.service({ roles: [{ name: taken, permissions: [] }] }, admin);
      else await admin.does(CreateRoleDocument, { name: taken });
      const again =
        how === 'in capitals'
          ? taken.toUpperCase()
          : how === 'composed otherwise'
            ? taken.normalize('NFD')
            : taken;
      const problem = await admin.fails(CreateRoleDocument, { name: again });
      expect([problem.__typename, problem.code]).toEqual(['NameTaken', 'NAME_TAKEN']);
    },
  );

  it.each(BAD_NAMES)('refuses the name %j', async (bad, code) => {
    expect(await admin.faults(CreateRoleDocument, { name: bad })).toEqual([['name', code]]);
  });

  it('names every permission that cannot be in it', async () => {
    const permissions = [service.read, 'none:read', `${service.slug}:none`, '*', `${service.slug}:*`, ''];
    expect(await admin.faults(CreateRoleDocument, { name, permissions })).toEqual(
      [1, 2, 3, 4, 5].map((index) => [`permissions[${index}]`, 'UNKNOWN']),
    );
    expect(await role(name)).toBeNull();
    const description = 'd'.repeat(1001);
    expect(await admin.faults(CreateRoleDocument, { name: '', description })).toEqual([
      ['name', 'REQUIRED'],
      ['description', 'TOO_LONG'],
    ]);
  });

  it('is for who manages every permission in it', async () => {
    const other = await app.given.service({}, admin);
    const manager = await app.given.acting(await app.given.manager(service.slug, admin));
    const { role: made } = await manager.does(CreateRoleDocument, { name, permissions: [service.read] });
    expect(made.permissions).toEqual([{ name: service.read }]);
    for (const permissions of [
      [other.read],
      [service.read, other.read],
      ['signet:users.read'],
      [],
      ['none:x'],
    ])
      expect(await manager.refused(CreateRoleDocument, { name: `${name} 2`, permissions })).toBe('FORBIDDEN');
    const holder = await app.given.acting(await app.given.user());
    await admin.does(GrantPermissionDocument, { userId: holder.id, permission: service.read });
    expect(await holder.refused(CreateRoleDocument, { name: `${name} 3`, permissions: [service.read] })).toBe(
      'FORBIDDEN',
    );
  });
});

describe('updateRole', () => {
  beforeEach(async () => {
    await admin.does(CreateRoleDocument, { name, description: 'Words', permissions: [service.read] });
  });

  it('leaves alone what is left out or null, but for a description that is null', async () => {
    const before = await role(name);
    app.clock.advance(1);
    const count = await events();
    for (const input of [
      {},
      { newName: null, permissions: null },
      { description: 'Words' },
      { newName: name },
    ])
      expect((await admin.does(UpdateRoleDocument, { name, ...input })).role).toEqual(before);
    expect(await events()).toEqual(count);
    const { role: after } = await admin.does(UpdateRoleDocument, { name, description: null });
    expect(after).toMatchObject({ description: null, createdAt: before!.createdAt });
    expect(after.updatedAt > before!.updatedAt).toBe(true);
  });

  it('gives and takes its permissions at once, from everybody who has it by whatever way', async () => {
    const [ada, bob] = [await app.given.user(), await app.given.user()];
    const { group } = await admin.does(CreateGroupDocument, { name: `Group of ${name}` });
    await admin.does(AddGroupMemberDocument, { groupId: group.id, userId: bob.id });
    for (const to of [{ userId: ada.id }, { groupId: group.id }])
      await admin.does(GrantRoleDocument, { ...to, role: name });
    await admin.does(UpdateRoleDocument, { name, permissions: [service.refund] });
    for (const { id } of [ada, bob]) expect(await permissionsOf(id)).toEqual([service.refund]);
    await admin.does(UpdateRoleDocument, { name, permissions: [] });
    for (const { id } of [ada, bob]) expect(await permissionsOf(id)).toEqual([]);
  });

  it('renames it for everybody who has it', async () => {
    const ada = await app.given.user();
    await admin.does(GrantRoleDocument, { userId: ada.id, role: name });
    const { id } = (await role(name))!;
    const { role: renamed } = await admin.does(UpdateRoleDocument, {
      name: name.toUpperCase(),
      newName: `New ${name}`,
    });
    expect(renamed).toMatchObject({ id, name: `New ${name}`, permissions: [{ name: service.read }] });
    expect(await role(name)).toBeNull();
    expect((await admin.asks(UserAccessDocument, { id: ada.id })).user!.roles).toEqual([
      { name: `New ${name}` },
    ]);
    // Another case of its own name is not taken.
    await admin.does(UpdateRoleDocument, { name: `New ${name}`, newName: `NEW ${name}` });
    await admin.does(CreateRoleDocument, { name });
    const problem = await admin.fails(UpdateRoleDocument, {
      name: `new ${name}`,
      newName: name.toUpperCase(),
    });
    expect(problem.__typename).toBe('NameTaken');
  });

  it('names every fault with its place in what was sent', async () => {
    for (const [bad, code] of BAD_NAMES)
      expect(await admin.faults(UpdateRoleDocument, { name, newName: bad })).toEqual([['newName', code]]);
    expect(await admin.faults(UpdateRoleDocument, { name, description: 'a\0' })).toEqual([
      ['description', 'INVALID'],
    ]);
    const permissions = ['none:x', service.read, 'none:y', service.refund];
    expect(await admin.faults(UpdateRoleDocument, { name, permissions })).toEqual([
      ['permissions[0]', 'UNKNOWN'],
      ['permissions[2]', 'UNKNOWN'],
    ]);
    expect((await role(name))!.permissions).toEqual([{ name: service.read }]);
  });

  it('keeps a deprecated permission that it holds, and takes up no other', async () => {
    const { slug, read, refund } = await app.given.service({}, admin);
    await admin.does(UpdateRoleDocument, { name, permissions: [read] });
    const permissions = ['read', 'refund'].map((one) => ({ name: one, deprecated: 'Going.' }));
    await admin.does(UpdateServiceDocument, { slug, permissions });
    await admin.does(UpdateRoleDocument, { name, permissions: [read, service.read] });
    expect(await admin.faults(UpdateRoleDocument, { name, permissions: [read, refund] })).toEqual([
      ['permissions[1]', 'DEPRECATED'],
    ]);
  });

  it('changes no role that a manifest declares', async () => {
    const roles = [{ name: `Declared ${name}`, permissions: ['read'] }];
    await app.given.service({ roles }, admin);
    const input = { name: `declared ${name}`, permissions: [] };
    expect(await admin.faults(UpdateRoleDocument, input)).toEqual([['name', 'DECLARED']]);
    expect(await admin.faults(UpdateRoleDocument, { name: 'administrator', permissions: [] })).toEqual([
      ['name', 'DECLARED'],
    ]);
    expect(await admin.faults(DeleteRoleDocument, { name: 'Administrator', confirm: true })).toEqual([
      ['name', 'DECLARED'],
    ]);
  });

  it('finds no role that is not there', async () => {
    for (const none of ['none', '', '\0', 'x'.repeat(5000)]) {
      expect([none, await admin.refused(UpdateRoleDocument, { name: none })]).toEqual([none, 'NOT_FOUND']);
      expect([none, await admin.refused(DeleteRoleDocument, { name: none })]).toEqual([none, 'NOT_FOUND']);
    }
  });

  it('is for who manages every permission in it, before and after', async () => {
    const other = await app.given.service({}, admin);
    const manager = await app.given.acting(await app.given.manager(service.slug, admin));
    await manager.does(UpdateRoleDocument, { name, permissions: [service.read, service.refund] });
    const widened = { name, permissions: [service.read, other.read] };
    expect(await manager.refused(UpdateRoleDocument, widened)).toBe('FORBIDDEN');
    await admin.does(UpdateRoleDocument, widened);
    for (const change of [{ permissions: [service.read] }, { newName: 'Mine' }, {}])
      expect(await manager.refused(UpdateRoleDocument, { name, ...change })).toBe('FORBIDDEN');
    expect(await manager.refused(DeleteRoleDocument, { name, confirm: true })).toBe('FORBIDDEN');
  });
});

describe('deleteRole', () => {
  it('asks for a confirmation when people lose something, and says who loses what', async () => {
    const [ada, keeps, expired] = [await app.given.user(), await app.given.user(), await app.given.user()];
    await admin.does(CreateRoleDocument, { name, permissions: [service.read, service.refund] });
    for (const { id } of [ada, keeps]) await admin.does(GrantRoleDocument, { userId: id, role: name });
    await admin.does(GrantPermissionDocument, { userId: keeps.id, permission: service.refund });
    const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
    await admin.does(GrantRoleDocument, { userId: expired.id, role: name, expiresAt });
    app.clock.advance(60);
    const { __typename, message, losses } = await admin.fails(DeleteRoleDocument, { name });
    expect(__typename).toBe('ConfirmationRequired');
    expect(message).toBe(
      `2 people would lose ${service.read}, 1 person ${service.refund}. Send it again with \`confirm: true\` to do it all the same.`,
    );
    expect(losses).toEqual([
      { permission: service.read, userCount: 2, users: [ada.id, keeps.id].toSorted().map((id) => ({ id })) },
      { permission: service.refund, userCount: 1, users: [{ id: ada.id }] },
    ]);
    expect(await role(name)).not.toBeNull();
    expect((await admin.does(DeleteRoleDocument, { name: name.toUpperCase(), confirm: true })).name).toBe(
      name,
    );
    expect(await role(name)).toBeNull();
    expect([await permissionsOf(ada.id), await permissionsOf(keeps.id)]).toEqual([[], [service.refund]]);
  });

  it('needs none when nobody loses anything; and a role made again under its name is another one', async () => {
    const ada = await app.given.user();
    await admin.does(CreateRoleDocument, { name, permissions: [service.read] });
    await admin.does(GrantRoleDocument, { userId: ada.id, role: name });
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.read });
    const { id } = (await role(name))!;
    await admin.does(DeleteRoleDocument, { name });
    const { role: again } = await admin.does(CreateRoleDocument, { name, permissions: [service.refund] });
    expect(again.id).not.toBe(id);
    expect(await permissionsOf(ada.id)).toEqual([service.read]);
  });
});
