import { REFRESH_COOKIE } from '../../src/graphql/refresh-cookie.js';
import { ask, asPerson, mutation, type Path } from './ask.js';
import { clientPaths, signedInClient } from './client-paths.js';
import { Operator } from './made-by-operator.js';
import { ownPermissions, permissionChanges, permissionReads } from './permission-paths.js';

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
  'login to a service': {
    field: 'login',
    attempt: async (app, { email, password, service }) =>
      ask(app, 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }', {
        input: { email, password, service: service ?? (await new Operator(app).service()) },
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
  revokeSession: mutation('revokeSession', (_app, { sessionId }) => ({ sessionId })),
  "revokeSession of another's": mutation('revokeSession', async (app, _person, userId) => {
    const [session] = await app.sql<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [userId]);
    return { sessionId: session!.id };
  }),
  revokeSessionService: mutation('revokeSessionService', async (app, { sessionId }) => ({
    sessionId,
    clientId: await signedInClient(app, sessionId),
  })),
  "revokeSessionService of another's": mutation('revokeSessionService', async (app, _person, userId) => {
    const [session] = await app.sql<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [userId]);
    return { sessionId: session!.id, clientId: await signedInClient(app, session!.id) };
  }),
  changePassword: mutation('changePassword', (_app, { password }) => ({
    currentPassword: password,
    newPassword: 'nine green teapots hum',
  })),
  updateProfile: mutation('updateProfile', () => ({ name: 'Ada' })),
  suspendUser: mutation('suspendUser', (_app, _person, userId) => ({ userId })),
  reactivateUser: mutation('reactivateUser', (_app, _person, userId) => ({ userId })),
  deleteUser: mutation('deleteUser', (_app, _person, userId) => ({ userId })),
  ...ownPermissions,
  ...permissionReads,
  ...permissionChanges,
} satisfies Record<string, Path>;

export type PathName = keyof typeof paths;
