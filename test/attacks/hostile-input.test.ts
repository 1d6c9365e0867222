import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
  type GraphQLInputType,
} from 'graphql';
import { Operator } from '../rules-and-paths/made-by-operator.js';
import {
  operationsOf,
  publishedSchema,
  rootFields,
  variablesOf,
  type RootField,
  type Values,
} from '../support/generated-operations.js';
import type { Person } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/**
 * Every text that a query or mutation of the schema takes, one at a time, is something that no name, no id and no column
 * of PostgreSQL is. Whatever comes of it, it is never a fault of the server.
 */
let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_HASH_WAIT_SECONDS: '60' });
  admin = await app.given.administrator();
});
afterAll(() => app.close());

const HOSTILE: [name: string, text: string][] = [
  ['nothing', ''],
  ['a space', ' '],
  ['NUL', '\0'],
  ['NUL within', 'a\0b'],
  ['NUL in the form of a permission', 'signet:users\0read'],
  ['half a character', '\ud800'],
  ['half a character within', 'signet:\udc00'],
  ['SQL', `'; DROP TABLE users; --`],
  ['placeholders', `? ?? $1 :x {0} %s`],
  ['LIKE', '%_\\%'],
  ['a backslash', '\\'],
  ['an array of PostgreSQL', '{"a","b"}'],
  ['JSON', '{"__proto__":{"x":1}}'],
  ['a name of JavaScript', '__proto__'],
  ['another name of JavaScript', 'constructor'],
  ['text that runs backwards', '\u202eevil\u2066'],
  ['an id that is nearly one', '01a20ecb-8b88-74d3-8657-35e7a4e1aecg'],
  ['an id in braces', '{01a20ecb-8b88-74d3-8657-35e7a4e1aec3}'],
  ['the id of nobody', '00000000-0000-0000-0000-000000000000'],
  ['a long text', 'x'.repeat(100_000)],
  ['a long text of wide characters', '🦊'.repeat(20_000)],
  ['a long permission', `signet:${'x'.repeat(50_000)}`],
];

/** Where a text stands in the variables: `input`, `roles`, 0, `name`. */
type Slot = (string | number)[];

function slotsOf(type: GraphQLInputType, path: Slot): Slot[] {
  const inner = getNullableType(type);
  if (isListType(inner)) return slotsOf(inner.ofType, [...path, 0]);
  if (isInputObjectType(inner))
    return Object.values(inner.getFields()).flatMap((field) => slotsOf(field.type, [...path, field.name]));
  return isScalarType(inner) && ['String', 'ID'].includes(inner.name) ? [path] : [];
}

function put(variables: Record<string, any>, slot: Slot, text: string): Record<string, any> {
  const copy = structuredClone(variables);
  let at: any = copy;
  for (const part of slot.slice(0, -1)) at = at[part];
  at[slot.at(-1)!] = text;
  return copy;
}

const schema = publishedSchema();
const targets = rootFields(schema).flatMap((root) =>
  root.field.args
    .filter((arg) => getNamedType(arg.type).name !== '_Any')
    .flatMap((arg) => slotsOf(arg.type, [arg.name]))
    .map((slot) => [root.name, slot.join('.'), root, slot] as const),
);

/** Things that are there, so that nothing is wrong but the one text. */
async function valuesOfAWorld(): Promise<Values> {
  const other = await app.given.user();
  const { slug, permission, role, groupId } = await new Operator(app).everything(other.id);
  const memberGroupId = await new Operator(app).group();
  const redirectUris = ['https://example.com/callback'];
  const web = { service: slug, type: 'WEB' as const, name: 'Web', redirectUris };
  const added = await app.identity.useCases.addClient(web, null, null);
  if (added.kind !== 'added') throw new Error(added.kind);
  const { clientId } = added;
  const [secret] = await app.sql<{ id: string }>('SELECT id FROM client_secrets WHERE client_id = $1', [
    clientId,
  ]);
  return {
    ...{ clientId, secretId: secret!.id, redirectUris, postLogoutRedirectUris: redirectUris },
    ...{ 'addClient.type': 'WEB', permissionsOf: [slug], jwks: null, overlapSeconds: 60 },
    backchannelLogoutUri: 'https://example.com/logout',
    ...{ id: other.id, userId: other.id, actorId: other.id, sessionId: other.sessionId },
    ...{ groupId, memberGroupId, 'userGroup.id': groupId, slug, service: slug, permission, role },
    ...{
      name: `Name ${slug}`,
      newName: `New ${slug}`,
      description: 'Words',
      reason: 'Why',
      deprecated: 'Soon',
    },
    ...{ 'permission.name': permission, 'role.name': role, 'updateRole.name': role, 'deleteRole.name': role },
    ...{ 'registerService.slug': app.given.slug(), 'createRole.permissions': [permission] },
    ...{
      'updateRole.permissions': [permission],
      'permissions.name': 'refund',
      'roles.permissions': ['refund'],
    },
    ...{ email: app.given.email(), password: 'a password of nobody', picture: 'https://example.com/x.png' },
    // Wrong, or the administrator would have another one from then on.
    ...{ currentPassword: 'a wrong password', newPassword: 'eleven foxes sing along' },
    ...{ refreshToken: other.refreshToken, first: 5, after: null, search: 'a', type: 'role.granted' },
    ...{ since: '2000-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z', expiresAt: '2099-01-01T00:00:00Z' },
    representations: [{ __typename: 'User', id: other.id }],
  };
}

/** Of two that exclude each other, the one that is tried. */
function withoutRival(variables: Record<string, any>, slot: Slot): Record<string, any> {
  const copy = structuredClone(variables);
  const name = slot.at(-1);
  for (const rival of ['userId', 'groupId', 'memberGroupId'])
    if (copy['input'] && rival in copy['input'] && rival !== name && !isNeeded(copy['input'], rival, name))
      delete copy['input'][rival];
  return copy;
}

/** A group has one member, a grant one receiver: the user where neither is tried. */
function isNeeded(input: object, rival: string, tried: string | number | undefined): boolean {
  if ('memberGroupId' in input)
    return rival === 'groupId' || (rival === 'userId' && tried !== 'memberGroupId');
  return rival === 'userId' && tried !== 'groupId';
}

async function send(root: RootField, variables: object, values: Values) {
  const { codes } = await app.client.send('{ viewer { id } }', {}, { token: admin.accessToken });
  if (codes.length > 0) admin = await app.given.login(admin);
  const [operation] = operationsOf(schema, root, { depth: 1, values, fits: () => true });
  return app.client.send(operation!, variables, { token: admin.accessToken });
}

describe('a text that nobody would send', () => {
  it('is tried at every text that the schema takes', () => {
    expect(targets.length).toBeGreaterThan(90);
  });

  it.each(targets)('is no fault of the server in %s at %s', async (_name, _path, root, slot) => {
    const values = await valuesOfAWorld();
    const good = withoutRival(variablesOf(root, values), slot);
    for (const [name, text] of HOSTILE) {
      const { status, codes, body } = await send(root, put(good, slot, text), values);
      const fault = codes.includes('INTERNAL_SERVER_ERROR') || status >= 500;
      expect({ name, fault: fault && body.errors }).toEqual({ name, fault: false });
    }
  });
});
