import { startDelegation, type Delegation } from '../support/delegation.js';
import type { Person } from '../support/given.js';

/**
 * Who manages orders may see who has what of orders. Who has what of billing, what somebody may do over all, and who
 * did what is nothing that orders gives, whichever way around one asks.
 */
let d: Delegation;
/** Has something of orders and of billing. */
let holder: Person;
let ofBilling: string;
let ofNobody: string;
let ofOrders: string;
beforeAll(async () => {
  d = await startDelegation();
  holder = await d.app.given.user();
  ofBilling = await d.group('Of billing', 'billing');
  ofNobody = await d.group('Of nobody');
  ofOrders = await d.group('Of orders', 'orders');
  const root = (mutation: string, input: object) => d.make(d.root, mutation, input);
  await root('createRole', { name: 'Both', permissions: ['orders:read', 'billing:read'] });
  await root('addGroupMember', { groupId: ofBilling, memberGroupId: ofOrders });
  await root('addGroupMember', { groupId: ofNobody, memberGroupId: ofOrders });
  for (const receiver of [{ userId: holder.id }, { groupId: ofBilling }, { groupId: ofNobody }])
    for (const role of ['billing agent', 'Both']) await root('grantRole', { ...receiver, role });
  for (const groupId of [ofBilling, ofNobody, ofOrders])
    await root('addGroupMember', { groupId, userId: holder.id });
});
afterAll(() => d?.app.close());

const ask = (person: Person, query: string) =>
  d.app.client.send<Record<string, any>, object>(query, {}, { token: person.accessToken });

const EDGES = '{ edges { node { id } } }';
const USER_FIELDS = [
  ...['permissions { name }', 'roles { name }', 'grants { id }', 'groups { id }'],
  ...['can(permission: "orders:read")', 'can(permission: "billing:read")', 'email', 'sessions { id }'],
];

/** An answer in which somebody or something is named, or a question about somebody answered. */
const TOLD =
  /"node":\{"id"|"(permissions|roles|grants|groups|can|email|sessions|allowed)":([^n[]|\[\{"(id|name)")/;

/** Everything that says who has what, by name of the question. */
function questions(): Record<string, string> {
  const user = (fields: string) => `{ user(id: "${holder.id}") { id ${fields} } }`;
  const group = (id: string, fields: string) => `{ userGroup(id: "${id}") { id ${fields} } }`;
  return {
    ...Object.fromEntries(USER_FIELDS.map((field) => [`user { ${field} }`, user(field)])),
    ...Object.fromEntries(
      USER_FIELDS.map((field) => [
        `_entities { ${field} }`,
        `{ _entities(representations: [{ __typename: "User", id: "${holder.id}" }]) { ... on User { ${field} } } }`,
      ]),
    ),
    'holders of a permission of billing': `{ permission(name: "billing:read") { holders ${EDGES} } }`,
    'grants of a permission of billing': `{ permission(name: "billing:read") { grants ${EDGES} } }`,
    'grants of a role of billing': `{ role(name: "billing agent") { grants ${EDGES} } }`,
    'grants of a role over both': `{ role(name: "BOTH") { grants ${EDGES} } }`,
    'grants of Signet’s role': `{ role(name: "administrator") { grants ${EDGES} } }`,
    'holders of Signet’s permission': `{ permission(name: "signet:permissions.manage") { holders ${EDGES} } }`,
    'grants of a role over both, by way of orders': `{ permission(name: "orders:read") { roles { grants ${EDGES} } } }`,
    'grants of billing’s roles, by way of the service': `{ service(slug: "billing") { roles { grants ${EDGES} } } }`,
    'holders of billing’s permissions, by way of the service': `{ service(slug: "billing") { permissions { holders(first: 1) ${EDGES} } } }`,
    'holders of everything': `{ permissions(first: 50) { holders(first: 1) ${EDGES} } }`,
    'what holders of hers may do otherwise': `{ permission(name: "orders:read") { holders { edges { node { permissions { name } } } } } }`,
    'addresses of holders of hers': `{ permission(name: "orders:read") { holders { edges { node { email } } } } }`,
    'members of billing’s group': group(ofBilling, `members ${EDGES}`),
    'grants of billing’s group': group(ofBilling, 'grants { id }'),
    'groups in billing’s group': group(ofBilling, 'groups { id }'),
    'groups around billing’s group': group(ofBilling, 'parents { id }'),
    'members of nobody’s group': group(ofNobody, `members ${EDGES}`),
    'grants of nobody’s group': group(ofNobody, 'grants { id }'),
    'members of billing’s group, by way of hers': group(ofOrders, `parents { members ${EDGES} }`),
    'grants of billing’s group, by way of hers': group(ofOrders, 'parents { grants { id } }'),
    'a check of billing': `{ permissionCheck(userId: "${holder.id}", permission: "billing:read") { allowed } }`,
    'a check of Signet': `{ permissionCheck(userId: "${d.root.id}", permission: "signet:users.read") { allowed } }`,
    'a check of a service that looks like hers': `{ permissionCheck(userId: "${holder.id}", permission: "order:read") { allowed } }`,
    'what billing’s manifest would change': `{ servicePlan(input: { slug: "billing", name: "Billing" }) { __typename } }`,
    'the audit trail': `{ auditEvents { edges { node { id } } } }`,
    'the audit trail of somebody': `{ auditEvents(userId: "${holder.id}") { edges { node { id } } } }`,
    'the audit trail of what she did': `{ auditEvents(actorId: "${d.olga.id}") { edges { node { id } } } }`,
    'every account': `{ users ${EDGES} }`,
  };
}

describe('who manages one service', () => {
  it('is refused everything that says who has what of another, by whatever way', async () => {
    for (const [what, query] of Object.entries(questions())) {
      const { codes, body } = await ask(d.olga, query);
      expect({ what, codes: [...new Set(codes)] }).toEqual({ what, codes: ['FORBIDDEN'] });
      // Nothing of what was refused stands beside the refusal.
      expect({ what, told: JSON.stringify(body.data ?? null) }).toEqual({
        what,
        told: expect.not.stringMatching(TOLD),
      });
    }
  });

  it('sees who has what of hers, which an administrator sees of all', async () => {
    const own = {
      holders: `{ permission(name: "orders:read") { holders ${EDGES} grants ${EDGES} } }`,
      role: `{ role(name: "orders agent") { grants ${EDGES} } }`,
      group: `{ userGroup(id: "${ofOrders}") { members ${EDGES} grants { id } groups { id } parents { id name } } }`,
      check: `{ permissionCheck(userId: "${holder.id}", permission: "orders:read") { allowed explanation } }`,
      catalogue:
        '{ services { slug permissions { name } roles { name } } permissions { name } roles { name } }',
    };
    for (const [what, query] of Object.entries({ ...own, ...questions() })) {
      expect({ what, codes: (await ask(d.root, query)).codes }).toEqual({ what, codes: [] });
      if (what in own) expect({ what, codes: (await ask(d.olga, query)).codes }).toEqual({ what, codes: [] });
    }
  });

  it('is told no more by the answer to a change than by asking', async () => {
    const added = await d.app.client.send<Record<string, any>, object>(
      `mutation { addGroupMember(input: { groupId: "${ofBilling}", userId: "${d.olga.id}" }) {
        ... on AddGroupMemberSuccess { group { members ${EDGES} } } } }`,
      {},
      { token: d.olga.accessToken },
    );
    expect(added.codes).toEqual(['FORBIDDEN']);
    await d.make(d.olga, 'grantPermission', { userId: holder.id, permission: 'orders:ship' });
    const revoked = await ask(
      d.olga,
      `mutation { revokePermission(input: { userId: "${holder.id}", permission: "orders:ship" }) {
        ... on RevokePermissionSuccess { user { id permissions { name } } } } }`,
    );
    expect(revoked.codes).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(revoked.body.data)).not.toContain('billing');
  });
});

describe('who manages nothing', () => {
  it('is refused all of it, and the catalogue too', async () => {
    const catalogue = {
      service: '{ service(slug: "orders") { slug } }',
      services: '{ services { slug } }',
      permission: '{ permission(name: "orders:read") { name } }',
      permissions: '{ permissions { name } }',
      role: '{ role(name: "orders agent") { name } }',
      roles: '{ roles { name } }',
      group: `{ userGroup(id: "${ofOrders}") { id } }`,
      groups: '{ userGroups { edges { node { id } } } }',
    };
    for (const [what, query] of Object.entries({ ...catalogue, ...questions() })) {
      const { codes } = await ask(d.ann, query);
      expect({ what, codes: [...new Set(codes)] }).toEqual({ what, codes: ['FORBIDDEN'] });
    }
  });

  it('cannot widen what they may know of themselves to what others are', async () => {
    const check = (userId: string, fields: string) =>
      ask(
        d.ann,
        `{ permissionCheck(userId: "${userId}", permission: "billing:read") { allowed ${fields} } }`,
      );
    // Of oneself one may ask anything, in any spelling of the id.
    for (const userId of [d.ann.id, d.ann.id.toUpperCase()])
      expect((await check(userId, 'explanation paths { reason }')).codes).toEqual([]);
    await d.make(d.root, 'grantRole', { userId: d.ann.id, role: 'Both' });
    const { codes } = await check(d.ann.id, `paths { role { name grants ${EDGES} } }`);
    expect(codes).toEqual(['FORBIDDEN']);
    const giver = await check(d.ann.id, 'paths { grantedBy { name email permissions { name } } }');
    expect(new Set(giver.codes)).toEqual(new Set(['FORBIDDEN']));
    expect(
      (await check(d.ann.id, 'paths { role { permissions { service { roles { name } } } } }')).codes,
    ).toEqual(expect.arrayContaining(['FORBIDDEN']));
  });
});
