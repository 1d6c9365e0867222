import { REFRESH_COOKIE } from '../../src/graphql/refresh-cookie.js';
import { clientPaths } from './client-paths.js';
import type { Person } from '../support/given.js';
import type { TestApp } from '../support/test-app.js';

export type Verdict = 'refuse' | 'allow';

interface Path {
  /** The field of Query or Mutation that it goes through. */
  field: string;
  /** Goes there as `person`; `otherId` is an account that they may administer. */
  attempt: (app: TestApp, person: Person, otherId: string) => Promise<Verdict>;
}

/** Allowed is an answer with data whose type, where it is a result, is a success. */
async function ask(
  app: TestApp,
  document: string,
  variables: Record<string, unknown>,
  options: { token?: string; headers?: Record<string, string> } = {},
): Promise<Verdict> {
  const { body } = await app.client.send<Record<string, unknown>, Record<string, unknown>>(
    document,
    variables,
    options,
  );
  if (body.errors) return 'refuse';
  const value = Object.values(body.data ?? {})[0];
  if (value === null || (Array.isArray(value) && value.includes(null))) return 'refuse';
  const typename = (value as { __typename?: string }).__typename;
  return typename === undefined || typename.endsWith('Success') || typename === 'User' ? 'allow' : 'refuse';
}

const asPerson = (person: Person) => ({ token: person.accessToken });

function mutation(
  field: string,
  inputType: string,
  input: (person: Person, otherId: string) => object,
): Path {
  const document = `mutation ($input: ${inputType}!) { ${field}(input: $input) { __typename } }`;
  return {
    field,
    attempt: (app, person, otherId) =>
      ask(app, document, { input: input(person, otherId) }, asPerson(person)),
  };
}

/** Every way into the house. */
export const paths = {
  ...clientPaths,
  register: {
    field: 'register',
    attempt: (app) =>
      ask(app, 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', {
        input: { email: app.given.email(), password: 'seven blue kettles sing', name: 'Ada' },
      }),
  },
  login: {
    field: 'login',
    attempt: (app, { email, password }) =>
      ask(app, 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }', {
        input: { email, password },
      }),
  },
  'refresh by body': {
    field: 'refresh',
    attempt: (app, { refreshToken }) =>
      ask(app, 'mutation ($input: RefreshInput!) { refresh(input: $input) { __typename } }', {
        input: { refreshToken },
      }),
  },
  'refresh by cookie': {
    field: 'refresh',
    attempt: (app, { refreshToken }) =>
      ask(
        app,
        'mutation { refresh { __typename } }',
        {},
        { headers: { cookie: `${REFRESH_COOKIE}=${refreshToken}` } },
      ),
  },
  viewer: {
    field: 'viewer',
    attempt: (app, person) => ask(app, '{ viewer { __typename id email } }', {}, asPerson(person)),
  },
  user: {
    field: 'user',
    attempt: (app, person, id) =>
      ask(app, 'query ($id: ID!) { user(id: $id) { __typename name } }', { id }, asPerson(person)),
  },
  users: {
    field: 'users',
    attempt: (app, person) =>
      ask(app, '{ users(first: 1) { pageInfo { hasNextPage } } }', {}, asPerson(person)),
  },
  auditEvents: {
    field: 'auditEvents',
    attempt: (app, person) =>
      ask(app, '{ auditEvents(first: 1) { pageInfo { hasNextPage } } }', {}, asPerson(person)),
  },
  references: {
    field: '_entities',
    attempt: (app, person, id) =>
      ask(
        app,
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name } } }',
        { r: [{ __typename: 'User', id }] },
        asPerson(person),
      ),
  },
  sdl: { field: '_service', attempt: (app) => ask(app, '{ _service { sdl } }', {}) },
  'logout by access token': {
    field: 'logout',
    attempt: (app, person) => ask(app, 'mutation { logout { __typename } }', {}, asPerson(person)),
  },
  'logout by refresh token': {
    field: 'logout',
    attempt: (app, { refreshToken }) =>
      ask(app, 'mutation ($input: LogoutInput!) { logout(input: $input) { __typename } }', {
        input: { refreshToken },
      }),
  },
  logoutEverywhere: {
    field: 'logoutEverywhere',
    attempt: (app, person) => ask(app, 'mutation { logoutEverywhere { __typename } }', {}, asPerson(person)),
  },
  revokeSession: mutation('revokeSession', 'RevokeSessionInput', ({ sessionId }) => ({ sessionId })),
  changePassword: mutation('changePassword', 'ChangePasswordInput', ({ password }) => ({
    currentPassword: password,
    newPassword: 'nine green teapots hum',
  })),
  updateProfile: mutation('updateProfile', 'UpdateProfileInput', () => ({ name: 'Ada' })),
  suspendUser: mutation('suspendUser', 'SuspendUserInput', (_person, userId) => ({ userId })),
  reactivateUser: mutation('reactivateUser', 'ReactivateUserInput', (_person, userId) => ({ userId })),
  deleteUser: mutation('deleteUser', 'DeleteUserInput', (_person, userId) => ({ userId })),
} satisfies Record<string, Path>;

export type PathName = keyof typeof paths;
