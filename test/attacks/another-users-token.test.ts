import type { GraphQLSchema } from 'graphql';
import { buildSubgraph } from '../../src/graphql/schema.js';
import type { Answer } from '../support/client.js';
import { everyRow, type StoredRow } from '../support/dump.js';
import {
  operationsOf,
  publishedSchema,
  rootFields,
  variablesOf,
  variantsOf,
  type RootField,
  type Values,
} from '../support/generated-operations.js';
import { base64url, decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { fitsLimits } from '../support/operation-limits.js';
import { plantCanaries, type Planted } from '../support/planted-canaries.js';
import { withoutFields } from '../support/prune-operation.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/**
 * Every query and mutation of the schema, with everything that it can select, sent by somebody who has no business with
 * what they name: nothing that is not theirs comes back, and nothing that is not theirs changes. The operations are made
 * from the SDL: a new field is tried as soon as it is there, and a new argument fails until there is a value for it.
 */
const DEPTH = 3;

let app: TestApp;
let served: GraphQLSchema;
let planted: Planted;
const schema = publishedSchema();
const roots = rootFields(schema);

beforeAll(async () => {
  app = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
  ({ schema: served } = await buildSubgraph({ authDirectives: false }));
  planted = await plantCanaries(app);
});
afterAll(() => app.close());

/** What somebody can send of another: what can be known without being told, and guesses for what cannot. */
function valuesAbout(target: Person, attacker: Person): Values {
  const { slug, permission, role, groupId, otherGroupId, clientId, secretId } = planted.known;
  const words = 'Attackers were here';
  const address = 'https://attacker.example/callback';
  return {
    ...{ id: target.id, userId: target.id, actorId: target.id, sessionId: target.sessionId },
    ...{ groupId, memberGroupId: otherGroupId, 'userGroup.id': groupId },
    ...{ slug, service: slug, permission, role },
    ...{ clientId, secretId, 'addClient.type': 'WEB', redirectUris: [address], permissionsOf: [slug] },
    ...{ postLogoutRedirectUris: [address], backchannelLogoutUri: address, jwks: null, overlapSeconds: 0 },
    ...{ name: words, newName: words, description: words, reason: words, deprecated: words },
    ...{ 'permission.name': permission, 'role.name': role, 'updateRole.name': role, 'deleteRole.name': role },
    ...{ 'createRole.permissions': [permission], 'updateRole.permissions': [permission] },
    // Of manifests, where names are without the slug.
    ...{ 'permissions.name': 'refund', 'roles.name': role, 'roles.permissions': ['refund'] },
    ...{ email: target.email, picture: 'https://attacker.example/x.png' },
    ...{ password: 'a guess of an attacker', currentPassword: 'a guess of an attacker' },
    newPassword: 'eleven attackers sing',
    refreshToken: withSessionOf(target, attacker.refreshToken),
    ...{ first: 20, 'auditEvents.first': 60, after: null, search: 'ca', type: 'role.granted' },
    ...{ since: '2000-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z', expiresAt: '2099-01-01T00:00:00Z' },
    representations: [target, planted.victim, planted.admin].map(({ id }) => ({ __typename: 'User', id })),
  };
}

/** A refresh token that says it is of another's session, under a signature for one's own. */
function withSessionOf(target: Person, own: string): string {
  const { claims } = decode(own);
  const [header, , signature] = own.split('.');
  return [header, base64url(JSON.stringify({ ...claims, sid: target.sessionId })), signature].join('.');
}

/** What is refused is refused with one of these; anything else means that the operation was not looked at. */
const REFUSALS = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT']);

/**
 * All that comes back for an operation: as it is, and then without the fields that were refused, until everything that is
 * left was answered.
 */
async function answersTo(operation: string, variables: object, token: string | undefined) {
  const texts: string[] = [];
  let left: string | null = operation;
  while (left !== null) {
    const { body, codes, headers }: Answer<unknown> = await app.client.send(left, variables, { token });
    expect([left, codes.filter((code) => !REFUSALS.has(code!))]).toEqual([left, []]);
    texts.push(JSON.stringify(body), JSON.stringify([...headers]));
    const paths = (body.errors ?? []).flatMap(({ path }) => (path ? [path] : []));
    // Refused as a whole, whatever is asked of it.
    if (paths.some((path) => path.length === 1)) return { texts, isRefused: true };
    left = paths.length > 0 ? withoutFields(left, paths) : null;
  }
  return { texts, isRefused: false };
}

/** The operations of each root field; nothing in them depends on whom they are about. */
const operations = new Map<string, string[]>();
function operationsFor(root: RootField, values: Values, depth: number): string[] {
  const key = `${root.name} ${depth}`;
  const made = operations.get(key);
  if (made) return made;
  const variables = variablesOf(root, values);
  const fits = (operation: string) => fitsLimits(served, operation, variables);
  const making = operationsOf(schema, root, { depth, values, fits });
  operations.set(key, making);
  return making;
}

/** Everything that a root field answers to one who sends values about somebody, in each of its variants. */
async function allAnswers(
  root: RootField,
  values: Values,
  depth: number,
  token: () => Promise<string | undefined>,
): Promise<string> {
  const texts: string[] = [];
  for (const variables of variantsOf(root, values))
    for (const operation of operationsFor(root, values, depth)) {
      const answers = await answersTo(operation, variables, await token());
      texts.push(...answers.texts);
      if (answers.isRefused) break;
    }
  return texts.join('\n');
}

const found = (text: string, canaries: string[]) =>
  canaries.filter((canary) => text.toLowerCase().includes(canary.toLowerCase()));

describe('these operations', () => {
  it('bring back every canary to an administrator', async () => {
    const { admin, victim, personal, catalogue } = planted;
    let text = '';
    for (const root of roots.filter(({ kind }) => kind === 'query'))
      for (const target of [victim, admin])
        text += await allAnswers(root, valuesAbout(target, admin), 2, async () => admin.accessToken);
    const canaries = [...personal, ...catalogue];
    expect(found(text, canaries)).toEqual(canaries);
  });
});

interface Attacker {
  person: Person;
  /** Nobody has a token, but may know one that was theirs. */
  isAnonymous: boolean;
  mayNotSee: string[];
}

const attackers: Record<string, () => Promise<Attacker>> = {
  async 'another user'() {
    const person = await app.given.user({ name: 'Mallory' });
    return { person, isAnonymous: false, mayNotSee: [...planted.personal, ...planted.catalogue] };
  },
  async nobody() {
    const person = await app.given.user({ name: 'Nobody' });
    return { person, isAnonymous: true, mayNotSee: [...planted.personal, ...planted.catalogue] };
  },
  async 'the manager of another service'() {
    const { slug } = await app.given.service({ slug: 'other' }, await app.given.acting(planted.admin));
    const person = await app.given.manager(slug, await app.given.acting(planted.admin));
    // Who manages permissions reads the catalogue: which there are, and not who has them.
    return { person, isAnonymous: false, mayNotSee: planted.personal };
  },
};

describe.each(Object.keys(attackers))('%s', (name) => {
  let attacker: Attacker;
  beforeAll(async () => {
    attacker = await attackers[name]!();
  });

  /** A token that is good; some of what is tried ends the session that it is of. */
  async function token(): Promise<string | undefined> {
    if (attacker.isAnonymous) return undefined;
    const { codes } = await app.client.send('{ viewer { id } }', {}, { token: attacker.person.accessToken });
    if (codes.length > 0) attacker.person = await app.given.login(attacker.person);
    return attacker.person.accessToken;
  }

  it.each(roots.map(({ kind, name: field }) => [kind, field]))(
    'gets nothing by %s %s',
    async (_kind, field) => {
      const root = roots.find((one) => one.name === field)!;
      await token();
      const before = await everyRow(app);
      for (const target of [planted.victim, planted.admin]) {
        const text = await allAnswers(root, valuesAbout(target, attacker.person), DEPTH, token);
        expect(text.length).toBeGreaterThan(0);
        expect(found(text, attacker.mayNotSee)).toEqual([]);
      }
      expectOnlyOwnChanges(before, await everyRow(app), attacker);
    },
  );
});

/** Rows that are not the attacker's are there as they were, and no new one is about anybody else. */
function expectOnlyOwnChanges(before: StoredRow[], after: StoredRow[], { person }: Attacker): void {
  const isCounter = ({ table }: StoredRow) => table === 'throttle_buckets';
  const mentions = ({ row }: StoredRow, ids: string[]) => ids.some((id) => row.includes(id));
  const text = ({ table, row }: StoredRow) => `${table} ${row}`;
  const others = (rows: StoredRow[]) => rows.filter((row) => !isCounter(row) && !mentions(row, [person.id]));
  const [stood, stands] = [new Set(before.map(text)), new Set(after.map(text))];
  expect(
    others(before)
      .map(text)
      .filter((row) => !stands.has(row)),
  ).toEqual([]);

  const { victim, admin, known } = planted;
  const targets = [victim.id, admin.id, known.groupId, known.otherGroupId];
  const isAttempt = ({ table, row }: StoredRow) => table === 'audit_events' && row.includes('"login.failed"');
  const added = after.filter((row) => !stood.has(text(row)) && !isCounter(row) && !isAttempt(row));
  expect(added.filter((row) => mentions(row, targets) || !mentions(row, [person.id])).map(text)).toEqual([]);
}
