import { mutate, succeed } from '../support/mutate.js';
import type { Person } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Who manages an inner group must not wait there for what an outer group is given later, nor take over another's. */
let app: TestApp;
let admin: Person;
let bill: Person;
let ora: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  for (const slug of ['billing', 'orders']) await app.given.service({ slug, name: slug });
});
beforeEach(async () => {
  bill = await app.given.manager('billing');
  ora = await app.given.manager('orders');
});
afterAll(() => app.close());

const codeOf = async (...sent: Parameters<typeof mutate>) => {
  const answer = await mutate(...sent);
  return answer.codes[0] ?? answer.data.result.__typename;
};

let groups = 0;
async function group(by: Person, service?: string): Promise<string> {
  const name = `group ${(groups += 1)}`;
  const made = await succeed(app, by, 'createGroup', { name, service }, { fields: 'group { id }' });
  return made.group.id;
}
const nest = (by: Person, groupId: string, memberGroupId: string) =>
  codeOf(app, by, 'addGroupMember', { groupId, memberGroupId });
const join = (by: Person, groupId: string) => codeOf(app, by, 'addGroupMember', { groupId, userId: by.id });

it('a manager cannot join their own group once it lies in one of everybody, even while that gives nothing', async () => {
  const own = await group(bill, 'billing');
  const staff = await group(admin);
  expect(await nest(admin, staff, own)).toBe('AddGroupMemberSuccess');
  expect(await join(bill, own)).toBe('FORBIDDEN');
});

it('a manager cannot join their own group once it lies in one of another service, however deep', async () => {
  const own = await group(bill, 'billing');
  const middle = await group(admin, 'billing');
  const outer = await group(ora, 'orders');
  expect(await nest(admin, outer, middle)).toBe('AddGroupMemberSuccess');
  expect(await nest(admin, middle, own)).toBe('AddGroupMemberSuccess');
  expect(await join(bill, own)).toBe('FORBIDDEN');
});

it('a manager cannot pull the group of another service, or of everybody, into their own', async () => {
  const own = await group(ora, 'orders');
  expect(await nest(ora, own, await group(bill, 'billing'))).toBe('FORBIDDEN');
  expect(await nest(ora, own, await group(admin))).toBe('FORBIDDEN');
  expect(await nest(ora, own, await group(ora, 'orders'))).toBe('AddGroupMemberSuccess');
});

it('a manager cannot take a group from its own manager by granting something to it', async () => {
  const theirs = await group(bill, 'billing');
  const grant = { groupId: theirs, permission: 'orders:read' };
  expect(await codeOf(app, ora, 'grantPermission', grant)).toBe('FORBIDDEN');
  expect(await join(bill, theirs)).toBe('AddGroupMemberSuccess');
  // A group of everybody belongs to nobody in particular, and may be given something.
  const everybody = { groupId: await group(admin), permission: 'orders:read' };
  expect(await codeOf(app, ora, 'grantPermission', everybody)).toBe('GrantPermissionSuccess');
});
