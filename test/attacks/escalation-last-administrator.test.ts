import { startDelegation, type Delegation } from '../support/delegation.js';
import { gate } from '../support/gate.js';
import type { Person } from '../support/given.js';

/**
 * Somebody always has to be left who can give every right, for good: otherwise nobody could ever be made an
 * administrator again. Whichever way the last one would go, by mistake or by malice, it is refused.
 */
const ADMINISTRATION = 'signet:permissions.manage';

let d: Delegation;
let helper: Person;
beforeAll(async () => {
  d = await startDelegation();
  helper = await d.app.given.user();
  await d.make(d.root, 'grantPermission', { userId: helper.id, permission: 'signet:users.manage' });
});
afterAll(() => d?.app.close());

const refused = (person: Person, mutation: string, input: object) =>
  d.expectRefused(() => d.change(person, mutation, input), 'LAST_ADMINISTRATOR');
const later = (seconds: number) => new Date(d.app.clock.now().getTime() + seconds * 1000).toISOString();

/** While root is the last administrator by something else than the role that they begin with. */
async function onlyBy(way: () => Promise<() => Promise<unknown>>, work: () => Promise<void>): Promise<void> {
  const takeBack = await way();
  const role = { userId: d.root.id, role: 'administrator' };
  await d.make(d.root, 'revokeRole', role);
  try {
    await work();
  } finally {
    await d.make(d.root, 'grantRole', role);
    await takeBack();
  }
}

/** Administration through a group in a group: the outer one has it, and root is in the inner one. */
async function onlyByGroups(work: (outer: string, inner: string) => Promise<void>): Promise<void> {
  const outer = await d.group('Administration');
  const inner = await d.group('Chiefs');
  const way = async () => {
    await d.make(d.root, 'addGroupMember', { groupId: outer, memberGroupId: inner });
    await d.make(d.root, 'addGroupMember', { groupId: inner, userId: d.root.id });
    await d.make(d.root, 'grantRole', { groupId: outer, role: 'administrator' });
    return async () => {
      for (const groupId of [outer, inner]) await d.make(d.root, 'deleteGroup', { groupId, confirm: true });
    };
  };
  await onlyBy(way, () => work(outer, inner));
}

describe('the last administrator stays', () => {
  it('when the role is taken, by themselves, under any spelling', async () => {
    for (const userId of [d.root.id, d.root.id.toUpperCase()])
      for (const role of ['administrator', ' ADMINISTRATOR '])
        await refused(d.root, 'revokeRole', { userId, role });
  });

  it('when the role is given until a day instead of for good', async () => {
    for (const expiresAt of [later(1), later(10 ** 9)])
      await refused(d.root, 'grantRole', { userId: d.root.id, role: 'administrator', expiresAt });
  });

  it('when they are suspended or deleted, by themselves or by who manages users', async () => {
    for (const person of [d.root, helper])
      for (const userId of [d.root.id, d.root.id.toUpperCase()])
        for (const mutation of ['suspendUser', 'deleteUser']) await refused(person, mutation, { userId });
  });

  it('when the single permission is taken, or given until a day', async () => {
    const input = { userId: d.root.id, permission: ADMINISTRATION };
    const way = async () => {
      await d.make(d.root, 'grantPermission', input);
      return () => d.make(d.root, 'revokePermission', input);
    };
    await onlyBy(way, async () => {
      await refused(d.root, 'revokePermission', input);
      await refused(d.root, 'grantPermission', { ...input, expiresAt: later(1000) });
    });
  });

  it('when the role that they have it by is emptied, changed, deleted or taken', async () => {
    const way = async () => {
      await d.make(d.root, 'createRole', { name: 'Chief', permissions: [ADMINISTRATION, 'orders:read'] });
      await d.make(d.root, 'grantRole', { userId: d.root.id, role: 'Chief' });
      return () => d.make(d.root, 'deleteRole', { name: 'Chief', confirm: true });
    };
    await onlyBy(way, async () => {
      await refused(d.root, 'updateRole', { name: 'Chief', permissions: [] });
      await refused(d.root, 'updateRole', { name: 'Chief', newName: 'Other', permissions: ['orders:read'] });
      await refused(d.root, 'deleteRole', { name: 'Chief', confirm: true });
      await refused(d.root, 'revokeRole', { userId: d.root.id, role: 'Chief' });
    });
  });

  it('when they leave the group that they have it by, or the group goes, or leaves another', async () => {
    await onlyByGroups(async (outer, inner) => {
      await refused(d.root, 'removeGroupMember', { groupId: inner, userId: d.root.id });
      await refused(d.root, 'removeGroupMember', { groupId: outer, memberGroupId: inner });
      await refused(d.root, 'deleteGroup', { groupId: inner, confirm: true });
      await refused(d.root, 'deleteGroup', { groupId: outer, confirm: true });
      await refused(d.root, 'revokeRole', { groupId: outer, role: 'administrator' });
      const until = { groupId: outer, role: 'administrator', expiresAt: later(1000) };
      await refused(d.root, 'grantRole', until);
      await refused(helper, 'suspendUser', { userId: d.root.id });
    });
  });

  it('when the only other one has it until a day, or is suspended, or was deleted', async () => {
    const other = await d.app.given.user();
    const input = { userId: other.id, permission: ADMINISTRATION };
    const leave = () => refused(d.root, 'revokeRole', { userId: d.root.id, role: 'administrator' });
    await d.make(d.root, 'grantPermission', { ...input, expiresAt: later(1000) });
    await leave();
    await refused(other, 'revokeRole', { userId: d.root.id, role: 'administrator' });
    await d.make(d.root, 'grantPermission', input);
    await d.make(d.root, 'suspendUser', { userId: other.id });
    await leave();
    await d.make(d.root, 'deleteUser', { userId: other.id });
    await leave();
  });

  it('when the group that gives it has nobody else in it who may sign in', async () => {
    await onlyByGroups(async (_outer, inner) => {
      const other = await d.app.given.user();
      await d.make(d.root, 'addGroupMember', { groupId: inner, userId: other.id });
      await d.make(helper, 'suspendUser', { userId: other.id });
      const leave = { groupId: inner, userId: d.root.id };
      await refused(d.root, 'removeGroupMember', leave);
      await d.make(helper, 'reactivateUser', { userId: other.id });
      await d.make(d.root, 'removeGroupMember', leave);
      expect(await d.may(d.root)).toEqual([]);
      await d.make(await d.app.given.login(other), 'addGroupMember', leave);
    });
  });

  it.each([
    ['each takes it from themselves', (person: Person) => person],
    ['each takes it from the other', (_person: Person, other: Person) => other],
  ])('when there are two, and %s at the same instant', async (_how, from) => {
    const second = await d.app.given.administrator();
    const third = await d.app.given.user();
    const barrier = await gate(d.app, 'audit_events');
    const take = (person: Person, other: Person) =>
      d.change(person, 'revokeRole', { userId: from(person, other).id, role: 'administrator' });
    const answers = [take(d.root, second), take(second, d.root)];
    await barrier.untilWaiting(2);
    await barrier.open();
    const codes = (await Promise.all(answers)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect(['LAST_ADMINISTRATOR', 'FORBIDDEN']).toContain(codes.find((code) => code !== 'OK'));
    const left = (await d.may(d.root)).length > 0 ? d.root : second;
    const attempt = { userId: third.id, permission: 'orders:read' };
    expect((await d.change(left, 'grantPermission', attempt)).code).toBe('OK');
    if (left === d.root) return;
    await d.make(second, 'grantRole', { userId: d.root.id, role: 'administrator' });
    await d.make(second, 'revokeRole', { userId: second.id, role: 'administrator' });
  });

  it('but may go when there is another one, whichever way that one has it', async () => {
    const other = await d.app.given.user();
    await d.make(d.root, 'grantPermission', { userId: other.id, permission: ADMINISTRATION });
    await d.make(d.root, 'revokeRole', { userId: d.root.id, role: 'administrator' });
    expect(await d.may(d.root)).toEqual([]);
    await refused(other, 'revokePermission', { userId: other.id, permission: ADMINISTRATION });
  });
});
