import type { Actor } from '../../support/actor.js';
import {
  CreateGroupDocument,
  GrantPermissionDocument,
  UpdateGroupDocument,
  UserGroupDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let name: string;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
});
beforeEach(() => {
  name = `Group ${app.given.slug()}`;
});
afterAll(() => app.close());

const read = async (id: string) => (await admin.asks(UserGroupDocument, { id })).userGroup;
const events = () => app.sql<{ count: number }>('SELECT count(*)::int AS count FROM audit_events');

/** What no group may be called, with its fault. */
const BAD_NAMES: [name: string, code: string][] = [
  ['', 'REQUIRED'],
  ['\u00a0\t', 'REQUIRED'],
  ['x'.repeat(101), 'TOO_LONG'],
  ['a\0b', 'INVALID'],
  ['a\rb', 'INVALID'],
  ['\u2066hidden', 'INVALID'],
  ['\ud83d', 'INVALID'],
];

describe('createGroup', () => {
  it('makes a group without members, of a service or of none', async () => {
    const { slug } = await app.given.service({}, admin);
    for (const service of [slug, null]) {
      const input = { name: `${name} ${service}`, description: 'People', service };
      const { group } = await admin.does(CreateGroupDocument, input);
      expect(group).toMatchObject({
        ...{ name: input.name, description: 'People', service: service && { slug } },
        createdAt: app.clock.now().toISOString(),
      });
      expect(await read(group.id)).toEqual({ ...group, groups: [], parents: [], grants: [] });
      expect(await read(group.id.toUpperCase())).toEqual(await read(group.id));
    }
  });

  it('refuses a name that is there already, in whatever case and composition', async () => {
    await admin.does(CreateGroupDocument, { name: `Équipe ${name}` });
    for (const taken of [`Équipe ${name}`, `ÉQUIPE ${name.toUpperCase()}`, ` E\u0301quipe ${name} `]) {
      const problem = await admin.fails(CreateGroupDocument, { name: taken });
      expect([problem.__typename, problem.code]).toEqual(['NameTaken', 'NAME_TAKEN']);
    }
  });

  it.each(BAD_NAMES)('refuses the name %j', async (bad, code) => {
    expect(await admin.faults(CreateGroupDocument, { name: bad })).toEqual([['name', code]]);
  });

  it('names every fault, and finds no service that is not there', async () => {
    const description = 'x'.repeat(1001);
    expect(await admin.faults(CreateGroupDocument, { name: '', description })).toEqual([
      ['name', 'REQUIRED'],
      ['description', 'TOO_LONG'],
    ]);
    for (const service of ['none', '', '\0', 'SIGNET', 'signet:users.read'])
      expect([service, await admin.refused(CreateGroupDocument, { name, service })]).toEqual([
        service,
        'NOT_FOUND',
      ]);
  });

  it('is for who manages the service of the group, and for those who manage every one', async () => {
    const [own, other] = [await app.given.service({}, admin), await app.given.service({}, admin)];
    const manager = await app.given.acting(await app.given.manager(own.slug, admin));
    await manager.does(CreateGroupDocument, { name, service: own.slug });
    for (const service of [other.slug, null, 'signet'])
      expect(await manager.refused(CreateGroupDocument, { name: `${name} 2`, service })).toBe('FORBIDDEN');
    const nobody = await app.given.acting(await app.given.user());
    expect(await nobody.refused(CreateGroupDocument, { name: `${name} 3`, service: own.slug })).toBe(
      'FORBIDDEN',
    );
  });
});

describe('updateGroup', () => {
  let groupId: string;
  beforeEach(async () => {
    const { group } = await admin.does(CreateGroupDocument, { name, description: 'People' });
    groupId = group.id;
  });

  it('leaves alone what is left out or null, but for a description that is null', async () => {
    const before = await read(groupId);
    const count = await events();
    app.clock.advance(1);
    for (const input of [{}, { name: null }, { name }, { description: 'People' }])
      await admin.does(UpdateGroupDocument, { groupId, ...input });
    expect([await read(groupId), await events()]).toEqual([before, count]);
    const { group } = await admin.does(UpdateGroupDocument, { groupId, description: null });
    expect(group).toMatchObject({ name, description: null, updatedAt: app.clock.now().toISOString() });
  });

  it('renames it, also to another case of its own name, and not to that of another', async () => {
    const { group } = await admin.does(UpdateGroupDocument, { groupId, name: ` ${name.toUpperCase()} ` });
    expect(group).toMatchObject({ id: groupId, name: name.toUpperCase() });
    await admin.does(CreateGroupDocument, { name: `Other ${name}` });
    const problem = await admin.fails(UpdateGroupDocument, { groupId, name: `OTHER ${name}` });
    expect(problem.__typename).toBe('NameTaken');
  });

  it('names every fault', async () => {
    for (const [bad, code] of BAD_NAMES)
      expect(await admin.faults(UpdateGroupDocument, { groupId, name: bad })).toEqual([['name', code]]);
    expect(await admin.faults(UpdateGroupDocument, { groupId, name: '', description: '\0' })).toEqual([
      ['name', 'REQUIRED'],
      ['description', 'INVALID'],
    ]);
  });

  it('finds no group that is not there', async () => {
    for (const none of ['none', '', '\0', admin.id, `${groupId} `]) {
      expect([none, await admin.refused(UpdateGroupDocument, { groupId: none, name })]).toEqual([
        none,
        'NOT_FOUND',
      ]);
      expect(await read(none)).toBeNull();
    }
  });

  it('is for who manages the group and all that it gives', async () => {
    const [own, other] = [await app.given.service({}, admin), await app.given.service({}, admin)];
    const manager = await app.given.acting(await app.given.manager(own.slug, admin));
    const { group } = await manager.does(CreateGroupDocument, { name: `Own ${name}`, service: own.slug });
    await manager.does(UpdateGroupDocument, { groupId: group.id, description: 'Mine' });
    await admin.does(GrantPermissionDocument, { groupId: group.id, permission: other.read });
    expect(await manager.refused(UpdateGroupDocument, { groupId: group.id, name: 'Mine' })).toBe('FORBIDDEN');
    expect(await manager.refused(UpdateGroupDocument, { groupId, name: 'Mine' })).toBe('FORBIDDEN');
  });
});
