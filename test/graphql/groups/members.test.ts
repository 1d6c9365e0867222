import type { Actor } from '../../support/actor.js';
import type { Person, RegisteredService } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  GrantPermissionDocument,
  GroupMembersDocument,
  RemoveGroupMemberDocument,
  SuspendUserDocument,
  UserAccessDocument,
  UserGroupDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let service: RegisteredService;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
  service = await app.given.service({}, admin);
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(() => app.close());

const newGroup = async (name = 'Group', of: string | null = null) => {
  const input = { name: `${name} ${app.given.slug()}`, service: of };
  return (await admin.does(CreateGroupDocument, input)).group;
};
const add = (groupId: string, member: { userId: string } | { memberGroupId: string }) =>
  admin.does(AddGroupMemberDocument, { groupId, ...member });
const remove = (groupId: string, member: { userId: string } | { memberGroupId: string }) =>
  admin.does(RemoveGroupMemberDocument, { groupId, ...member });
const give = (groupId: string, permission: string) =>
  admin.does(GrantPermissionDocument, { groupId, permission });
const access = async (id = ada.id) => {
  const { user } = await admin.asks(UserAccessDocument, { id });
  return user!.permissions.map(({ name }) => name);
};
const members = async (id: string) =>
  (await admin.asks(GroupMembersDocument, { id })).userGroup!.members.edges.map(({ node }) => node.id);
const around = async (id: string) => {
  const { userGroup } = await admin.asks(UserGroupDocument, { id });
  return [userGroup!.groups, userGroup!.parents].map((list) => list.map(({ name }) => name));
};

describe('a member of a group', () => {
  it('has what the group gives, as long as it is one', async () => {
    const group = await newGroup();
    await give(group.id, service.refund);
    expect((await add(group.id, { userId: ada.id.toUpperCase() })).group.name).toBe(group.name);
    expect([await access(), await members(group.id)]).toEqual([[service.refund], [ada.id]]);
    const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
    expect(user!.groups).toEqual([{ name: group.name }]);
    await remove(group.id, { userId: ada.id });
    expect([await access(), await members(group.id)]).toEqual([[], []]);
  });

  it('is one once, and the second time changes nothing', async () => {
    const [group, inner] = [await newGroup(), await newGroup()];
    const count = () => app.sql<{ count: number }>('SELECT count(*)::int AS count FROM audit_events');
    for (const member of [{ userId: ada.id }, { memberGroupId: inner.id }]) {
      await add(group.id, member);
      const before = await count();
      await add(group.id, member);
      expect(await count()).toEqual(before);
    }
    expect([await members(group.id), await around(group.id)]).toEqual([[ada.id], [[inner.name], []]]);
  });

  it('that is none cannot be removed', async () => {
    const [group, inner] = [await newGroup(), await newGroup()];
    for (const member of [{ userId: ada.id }, { memberGroupId: inner.id }])
      expect(await admin.refused(RemoveGroupMemberDocument, { groupId: group.id, ...member })).toBe(
        'NOT_FOUND',
      );
    // Who is in it through another group only is none of its own.
    await add(group.id, { memberGroupId: inner.id });
    await add(inner.id, { userId: ada.id });
    const input = { groupId: group.id, userId: ada.id };
    expect(await admin.refused(RemoveGroupMemberDocument, input)).toBe('NOT_FOUND');
  });

  it('is listed when it is suspended, and has nothing', async () => {
    const group = await newGroup();
    await give(group.id, service.refund);
    await add(group.id, { userId: ada.id });
    await admin.does(SuspendUserDocument, { userId: ada.id });
    expect([await members(group.id), await access()]).toEqual([[ada.id], []]);
  });

  it('is either a user or a group, that is there', async () => {
    const group = await newGroup();
    const both = { userId: ada.id, memberGroupId: group.id };
    for (const input of [{}, both])
      for (const document of [
        AddGroupMemberDocument,
        RemoveGroupMemberDocument,
      ] as (typeof AddGroupMemberDocument)[])
        expect(await admin.faults(document, { groupId: group.id, ...input })).toEqual([['userId', 'ONE_OF']]);
    for (const none of ['none', '', '\0', `${ada.id}0`]) {
      expect(await admin.refused(AddGroupMemberDocument, { groupId: none, userId: ada.id })).toBe(
        'NOT_FOUND',
      );
      expect(await admin.refused(AddGroupMemberDocument, { groupId: group.id, userId: none })).toBe(
        'NOT_FOUND',
      );
      expect(await admin.refused(AddGroupMemberDocument, { groupId: group.id, memberGroupId: none })).toBe(
        'NOT_FOUND',
      );
    }
  });
});

describe('groups in groups', () => {
  it('give what is around them to everybody inside, however deep, and not the other way round', async () => {
    const groups = [];
    for (let depth = 0; depth < 6; depth += 1) groups.push(await newGroup(`Depth ${depth}`));
    // Joined from the inside out and from the outside in.
    for (const depth of [4, 0, 2, 3, 1])
      await add(groups[depth]!.id, { memberGroupId: groups[depth + 1]!.id });
    const outsider = await app.given.user();
    await add(groups[0]!.id, { userId: outsider.id });
    await add(groups[5]!.id, { userId: ada.id });
    await give(groups[0]!.id, service.refund);
    await give(groups[5]!.id, service.read);
    expect(await access()).toEqual([service.read, service.refund]);
    expect(await access(outsider.id)).toEqual([service.refund]);
    expect(await around(groups[3]!.id)).toEqual([[groups[4]!.name], [groups[2]!.name]]);
    await remove(groups[2]!.id, { memberGroupId: groups[3]!.id });
    expect(await access()).toEqual([service.read]);
    expect(await around(groups[3]!.id)).toEqual([[groups[4]!.name], []]);
  });

  it('keep what one way gives when another is taken away', async () => {
    const [outer, left, right, inner] = [
      await newGroup(),
      await newGroup(),
      await newGroup(),
      await newGroup(),
    ];
    await give(outer.id, service.refund);
    await add(inner.id, { userId: ada.id });
    for (const middle of [left, right]) {
      await add(outer.id, { memberGroupId: middle.id });
      await add(middle.id, { memberGroupId: inner.id });
    }
    await remove(left.id, { memberGroupId: inner.id });
    expect(await access()).toEqual([service.refund]);
    await remove(outer.id, { memberGroupId: right.id });
    expect(await access()).toEqual([]);
    await add(left.id, { memberGroupId: inner.id });
    expect(await access()).toEqual([service.refund]);
  });

  it('never contain themselves: neither at once, nor over one other, nor over many', async () => {
    const groups = [];
    for (let depth = 0; depth < 5; depth += 1) groups.push(await newGroup(`Depth ${depth}`));
    for (let depth = 0; depth < 4; depth += 1)
      await add(groups[depth]!.id, { memberGroupId: groups[depth + 1]!.id });
    for (let depth = 0; depth < 5; depth += 1) {
      const input = { groupId: groups[4]!.id, memberGroupId: groups[depth]!.id };
      const { fields } = await admin.fails(AddGroupMemberDocument, input);
      expect(fields).toEqual([
        {
          ...{ path: 'memberGroupId', code: 'CYCLE' },
          message: `${groups[4]!.name} is in ${groups[depth]!.name}: no group can contain itself.`,
        },
      ]);
    }
    // Nor when two changes that are harmless alone come at the same moment.
    const [one, other] = [await newGroup(), await newGroup()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const [outer, inner] = index % 2 ? [one, other] : [other, one];
        return admin.send(AddGroupMemberDocument, { groupId: outer.id, memberGroupId: inner.id });
      }),
    );
    const types = answers.map(({ data }) => data.addGroupMember.__typename).toSorted();
    expect(types).toEqual([
      ...Array(5).fill('AddGroupMemberSuccess'),
      ...Array(5).fill('InvalidIdentityInput'),
    ]);
  });
});

describe('who may change the members of a group', () => {
  it('manages the service of the group and all that it gives, by itself and from around it', async () => {
    const other = await app.given.service({}, admin);
    const manager = await app.given.acting(await app.given.manager(service.slug, admin));
    const [own, outer] = [await newGroup('Own', service.slug), await newGroup('Outer', service.slug)];
    const join = { groupId: own.id, userId: ada.id };
    await give(own.id, service.refund);
    await manager.does(AddGroupMemberDocument, join);
    await manager.does(RemoveGroupMemberDocument, join);
    await manager.does(AddGroupMemberDocument, { groupId: outer.id, memberGroupId: own.id });
    await give(outer.id, other.refund);
    for (const document of [
      AddGroupMemberDocument,
      RemoveGroupMemberDocument,
    ] as (typeof AddGroupMemberDocument)[])
      expect(await manager.refused(document, join)).toBe('FORBIDDEN');
    const nesting = { groupId: outer.id, memberGroupId: own.id };
    expect(await manager.refused(RemoveGroupMemberDocument, nesting)).toBe('FORBIDDEN');
    await admin.does(RemoveGroupMemberDocument, nesting);
    await manager.does(AddGroupMemberDocument, join);
  });

  it('manages every service when the group is of none, even while it gives nothing', async () => {
    const manager = await app.given.acting(await app.given.manager(service.slug, admin));
    const group = await newGroup();
    const join = { groupId: group.id, userId: manager.id };
    expect(await manager.refused(AddGroupMemberDocument, join)).toBe('FORBIDDEN');
    const own = await newGroup('Own', service.slug);
    const nest = { groupId: group.id, memberGroupId: own.id };
    expect(await manager.refused(AddGroupMemberDocument, nest)).toBe('FORBIDDEN');
  });

  it('is nobody who is merely in it', async () => {
    const group = await newGroup('Own', service.slug);
    await add(group.id, { userId: ada.id });
    const member = await app.given.acting(ada);
    const friend = { groupId: group.id, userId: (await app.given.user()).id };
    expect(await member.refused(AddGroupMemberDocument, friend)).toBe('FORBIDDEN');
  });
});
