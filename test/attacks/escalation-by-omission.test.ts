import {
  getNamedType,
  isInputObjectType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLInputObjectType,
} from 'graphql';
import { buildSubgraph } from '../../src/graphql/schema.js';
import { startDelegation, type Delegation } from '../support/delegation.js';

/**
 * A check that is made on a field only when the field is there is no check: CVE-2026-18570 in Keycloak was one that was missing so. Every mutation is
 * sent as an attack with all of its fields, and again with each of them left out and null: by somebody who manages orders,
 * against billing. Whatever is missing, nothing may be done.
 */
let d: Delegation;
let mutations: Map<string, GraphQLInputObjectType>;
/** What each attack aims at, with every field of the input. */
let attacks: Record<string, Record<string, unknown>>;

/** Mutations of one's own account and sessions, which other tests attack; they give no permission to anybody. */
const OF_ACCOUNTS = new Set([
  ...['register', 'login', 'refresh', 'logout', 'logoutEverywhere', 'revokeSession'],
  ...['changePassword', 'updateProfile', 'revokeSessionService'],
]);

beforeAll(async () => {
  d = await startDelegation();
  const { schema } = await buildSubgraph({ authDirectives: false });
  mutations = new Map(
    Object.values(schema.getMutationType()!.getFields())
      .filter(({ name }) => !OF_ACCOUNTS.has(name))
      .map(({ name, args }) => [name, getNamedType(args[0]!.type) as GraphQLInputObjectType]),
  );
  const group = await d.group('Of billing', 'billing');
  const inner = await d.group('Inner', 'orders');
  await d.make(d.root, 'grantPermission', { groupId: group, permission: 'billing:read' });
  await d.make(d.root, 'grantRole', { userId: d.ann.id, role: 'billing agent' });
  await d.make(d.root, 'grantRole', { groupId: group, role: 'billing agent' });
  await d.make(d.root, 'grantPermission', { userId: d.ann.id, permission: 'billing:refund' });
  await d.make(d.root, 'addGroupMember', { groupId: group, userId: d.ann.id });
  await d.make(d.root, 'createRole', { name: 'Both', permissions: ['orders:read', 'billing:read'] });
  const address = 'https://billing.example.com/';
  const web = { service: 'billing', name: 'Web', type: 'WEB', redirectUris: [address] };
  const { client } = await d.make(d.root, 'addClient', web, 'client { clientId secrets { id } }');
  const { clientId, secrets } = client as { clientId: string; secrets: { id: string }[] };
  const settings = {
    ...{ name: 'Hers', redirectUris: [address], postLogoutRedirectUris: [address] },
    ...{ backchannelLogoutUri: address, authMethod: 'client_secret_basic', jwks: { keys: [] } },
    ...{ idTokenAlg: 'RS256', permissionsOf: ['orders'], firstParty: true },
  };
  const expiresAt = new Date(d.app.clock.now().getTime() + 3_600_000).toISOString();
  const terms = { reason: 'a reason', expiresAt };
  const role = { ...terms, role: 'billing agent' };
  const permission = { ...terms, permission: 'billing:refund' };
  const manifest = {
    name: 'Hers',
    description: 'Hers',
    access: 'CLOSED',
    permissions: [{ name: 'read', description: 'Read', deprecated: 'Gone' }],
    roles: [{ name: 'billing agent', description: 'Hers', permissions: ['read'] }],
  };
  const both = { userId: d.olga.id, groupId: inner };
  attacks = {
    grantRole: { ...both, ...role },
    revokeRole: { userId: d.ann.id, groupId: group, ...role },
    grantPermission: { ...both, ...permission },
    revokePermission: { userId: d.ann.id, groupId: group, ...permission },
    createRole: { name: 'New', description: 'New', permissions: ['billing:refund'] },
    updateRole: { name: 'Both', newName: 'Hers', description: 'Hers', permissions: ['orders:read'] },
    deleteRole: { name: 'Both', confirm: true },
    createGroup: { name: 'New', description: 'New', service: 'billing' },
    updateGroup: { groupId: group, name: 'Hers', description: 'Hers' },
    deleteGroup: { groupId: group, confirm: true },
    addGroupMember: { groupId: group, userId: d.olga.id, memberGroupId: inner },
    removeGroupMember: { groupId: group, userId: d.ann.id, memberGroupId: inner },
    registerService: { slug: 'stock', ...manifest },
    updateService: { slug: 'billing', ...manifest, confirm: true },
    deleteService: { slug: 'billing', confirm: true },
    addClient: { service: 'billing', type: 'WEB', ...settings },
    updateClient: { clientId, ...settings },
    deleteClient: { clientId },
    rotateClientSecret: { clientId, overlapSeconds: 0 },
    revokeClientSecret: { clientId, secretId: secrets[0]!.id },
    suspendUser: { userId: d.root.id },
    reactivateUser: { userId: d.root.id },
    deleteUser: { userId: d.root.id },
  };
});
afterAll(() => d?.app.close());

/** The input without each of its fields, with each of them null, and the same of the objects in it. */
function* reduced(
  type: GraphQLInputObjectType,
  input: Record<string, unknown>,
  path = '',
): Generator<{ what: string; input: Record<string, unknown>; isComplete: boolean }> {
  for (const field of Object.values(type.getFields())) {
    const { name } = field;
    const { [name]: value, ...rest } = input;
    const isComplete = !isRequiredInputField(field);
    yield { what: `without ${path}${name}`, input: rest, isComplete };
    const isNullable = !isNonNullType(field.type);
    yield { what: `${path}${name}: null`, input: { ...input, [name]: null }, isComplete: isNullable };
    if (!Array.isArray(value)) continue;
    yield { what: `${path}${name}: []`, input: { ...input, [name]: [] }, isComplete: true };
    const item = getNamedType(field.type);
    if (isInputObjectType(item))
      for (const one of reduced(item, value[0] as Record<string, unknown>, `${path}${name}.`))
        yield { ...one, input: { ...input, [name]: [one.input] } };
  }
}

describe('a field that is left out', () => {
  it('is tried with every mutation that gives or takes something, and every field of its input', () => {
    expect(Object.keys(attacks).toSorted()).toEqual([...mutations.keys()].toSorted());
    for (const [name, type] of mutations)
      expect(Object.keys(attacks[name]!).toSorted()).toEqual(Object.keys(type.getFields()).toSorted());
  });

  it.each([
    ...['grantRole', 'revokeRole', 'grantPermission', 'revokePermission', 'createRole', 'updateRole'],
    ...['deleteRole', 'createGroup', 'updateGroup', 'deleteGroup', 'addGroupMember', 'removeGroupMember'],
    ...['registerService', 'updateService', 'deleteService', 'suspendUser', 'reactivateUser', 'deleteUser'],
    ...['addClient', 'updateClient', 'deleteClient', 'rotateClientSecret', 'revokeClientSecret'],
  ])('opens nothing in %s', async (mutation) => {
    const before = await d.everybody();
    let tried = 0;
    for (const { what, input, isComplete } of reduced(mutations.get(mutation)!, attacks[mutation]!)) {
      // Two receivers at once, or none, are told as such; everything else is not hers to do.
      const { code, fields } = await d.change(d.olga, mutation, input);
      const allowed = isComplete
        ? ['FORBIDDEN', ...(fields.every((field) => field === 'userId ONE_OF') ? ['INVALID_INPUT'] : [])]
        : ['BAD_USER_INPUT'];
      expect({ what, code, isAllowed: allowed.includes(code) }).toEqual({ what, code, isAllowed: true });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(1);
    await d.expectRefused(() => d.change(d.olga, mutation, alone(attacks[mutation]!)), 'FORBIDDEN');
    expect(await d.everybody()).toEqual(before);
  });

  it('is not taken for a yes: people lose nothing while nobody confirmed it', async () => {
    const input = { slug: 'orders', roles: [] };
    await d.make(d.olga, 'grantRole', { userId: d.ann.id, role: 'orders agent' });
    await d.expectRefused(() => d.change(d.olga, 'updateService', input), 'CONFIRMATION_REQUIRED');
    await d.expectRefused(
      () => d.change(d.root, 'deleteService', { slug: 'orders' }),
      'CONFIRMATION_REQUIRED',
    );
    await d.make(d.olga, 'createRole', { name: 'Used', permissions: ['orders:ship'] });
    await d.make(d.olga, 'grantRole', { userId: d.ann.id, role: 'Used' });
    await d.expectRefused(() => d.change(d.olga, 'deleteRole', { name: 'Used' }), 'CONFIRMATION_REQUIRED');
  });

  it('of a manifest leaves what stands as it is, and resets nothing', async () => {
    await d.make(d.olga, 'updateService', { slug: 'orders', access: 'CLOSED' });
    await d.make(d.olga, 'updateService', { slug: 'orders', description: 'Sells' });
    await d.make(d.olga, 'updateService', {
      slug: 'orders',
      access: null,
      name: null,
      permissions: null,
      roles: null,
    });
    const [service] = await d.app.sql('SELECT access, description, name FROM services WHERE slug = $1', [
      'orders',
    ]);
    expect(service).toEqual({ access: 'CLOSED', description: 'Sells', name: 'orders' });
    const roles = await d.app.sql('SELECT name FROM roles WHERE service = $1', ['orders']);
    expect(roles).toEqual([{ name: 'orders agent' }]);
  });
});

/** One receiver, where the attack names two. */
function alone(input: Record<string, unknown>): Record<string, unknown> {
  const { groupId: _group, memberGroupId: _inner, ...one } = input;
  return 'userId' in input && 'groupId' in input && !('memberGroupId' in input)
    ? one
    : { ...one, ...('groupId' in input ? { groupId: input['groupId'] } : {}) };
}
