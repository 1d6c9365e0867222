import { randomUUID } from 'node:crypto';
import { isObjectType } from 'graphql';
import { buildSubgraph } from '../../src/graphql/schema.js';
import type { Person } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Who may have each field of User, as the contract says. A new field has to be put here. */
const FIELDS: Record<
  string,
  { selection: string; needs: 'profile' | 'signIn' | 'users.read' | 'permissions.read' }
> = {
  id: { selection: 'id', needs: 'profile' },
  name: { selection: 'name', needs: 'profile' },
  picture: { selection: 'picture', needs: 'profile' },
  status: { selection: 'status', needs: 'profile' },
  createdAt: { selection: 'createdAt', needs: 'signIn' },
  email: { selection: 'email', needs: 'users.read' },
  emailVerified: { selection: 'emailVerified', needs: 'users.read' },
  sessions: { selection: 'sessions { id ipAddress }', needs: 'users.read' },
  permissions: { selection: 'permissions { name }', needs: 'permissions.read' },
  can: { selection: 'can(permission: "signet:users.read")', needs: 'permissions.read' },
  roles: { selection: 'roles { name permissions { name } }', needs: 'permissions.read' },
  grants: { selection: 'grants { id reason role { name } }', needs: 'permissions.read' },
  groups: { selection: 'groups { name description }', needs: 'permissions.read' },
};

const CALLERS = ['anonymous', 'ended', 'other', 'usersReader', 'permissionsReader', 'admin', 'self'] as const;
type CallerName = (typeof CALLERS)[number];

/** What the contract gives each caller, or the code with which it refuses. */
function expectedCode(
  caller: CallerName,
  { needs }: { needs: string },
  profilesArePublic: boolean,
): string | undefined {
  // A token that is no longer good is never taken for none.
  if (caller === 'ended') return 'UNAUTHENTICATED';
  if (needs === 'profile' && profilesArePublic) return undefined;
  if (caller === 'anonymous') return 'UNAUTHENTICATED';
  if (needs === 'profile' || needs === 'signIn' || caller === 'self' || caller === 'admin') return undefined;
  if (caller === 'usersReader' && needs === 'users.read') return undefined;
  if (caller === 'permissionsReader' && needs === 'permissions.read') return undefined;
  return 'FORBIDDEN';
}

it('knows the rule of every field of User', async () => {
  const { schema } = await buildSubgraph({ authDirectives: false });
  const user = schema.getType('User');
  if (!isObjectType(user)) throw new Error('there is no User');
  expect(Object.keys(FIELDS).sort()).toEqual(Object.keys(user.getFields()).sort());
});

// GQ-2, GQ-4
describe.each([
  ['to people signed in', { SIGNET_PUBLIC_PROFILE: 'signed-in' }],
  ['to everyone', { SIGNET_PUBLIC_PROFILE: 'everyone' }],
])('where profiles are shown %s', (_title, env) => {
  const profilesArePublic = env.SIGNET_PUBLIC_PROFILE === 'everyone';
  let app: TestApp;
  let subject: Person;
  let tokens: Record<CallerName, string | undefined>;
  beforeAll(async () => {
    app = await startTestApp(env);
    subject = await app.given.user();
    await app.sql(`UPDATE users SET picture = 'https://example.com/ada.png' WHERE id = $1`, [subject.id]);
    const reader = async (permission: string) => {
      const person = await app.given.user();
      await app.given.permission(person.id, permission);
      return person.accessToken;
    };
    const ended = await app.given.user();
    await app.client.send('mutation { logout { __typename } }', {}, { token: ended.accessToken });
    tokens = {
      anonymous: undefined,
      ended: ended.accessToken,
      other: (await app.given.user()).accessToken,
      usersReader: await reader('signet:users.read'),
      permissionsReader: await reader('signet:permissions.read'),
      admin: (await app.given.administrator()).accessToken,
      self: subject.accessToken,
    };
  });
  afterAll(() => app.close());

  const byReference = async (selection: string, token: string | undefined, id = subject.id) => {
    const answer = await app.client.send<{ _entities: unknown[] }, object>(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${selection} } } }`,
      { r: [{ __typename: 'User', id }] },
      { token },
    );
    return { user: answer.body.data?._entities[0] ?? null, codes: answer.codes };
  };
  const byId = async (selection: string, token: string | undefined, id = subject.id) => {
    const answer = await app.client.send<{ user: unknown }, object>(
      `query ($id: ID!) { user(id: $id) { ${selection} } }`,
      { id },
      { token },
    );
    return { user: answer.body.data?.user ?? null, codes: answer.codes };
  };

  const cells = CALLERS.flatMap((caller) => Object.keys(FIELDS).map((field) => [caller, field] as const));
  it.each(cells)(
    '%s gets of User.%s by reference what user(id:) gives, and that is what the rules say',
    async (caller, name) => {
      const field = FIELDS[name]!;
      const reference = await byReference(field.selection, tokens[caller]);
      expect(reference).toEqual(await byId(field.selection, tokens[caller]));

      const code = expectedCode(caller, field, profilesArePublic);
      expect(reference.codes).toEqual(code ? [code] : []);
      const value = (reference.user as Record<string, unknown> | null)?.[name] ?? null;
      expect(value === null).toBe(code !== undefined);
    },
  );

  it.each(CALLERS)(
    '%s cannot tell a user whom they may not see from one that never was (EN-6)',
    async (caller) => {
      const maySee = expectedCode(caller, FIELDS['name']!, profilesArePublic) === undefined;
      const there = await byReference('name', tokens[caller]);
      const never = await byReference('name', tokens[caller], randomUUID());
      expect(there).toEqual(maySee ? { user: { name: subject.name }, codes: [] } : never);
      expect(never).toEqual({ user: null, codes: maySee ? [] : ['UNAUTHENTICATED'] });
    },
  );

  it('an error for one field of one user hides nothing that the caller may have', async () => {
    const answer = await app.client.send<{ _entities: unknown[] }, object>(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name email } } }`,
      {
        r: [subject.id, randomUUID(), (await app.given.user()).id].map((id) => ({ __typename: 'User', id })),
      },
      { token: tokens.self },
    );
    expect(answer.body.data!._entities).toEqual([
      { name: subject.name, email: subject.email },
      null,
      { name: 'Ada Byron', email: null },
    ]);
    expect(answer.body.errors!.map((error) => error.path)).toEqual([['_entities', 2, 'email']]);
  });
});
