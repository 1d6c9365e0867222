import { randomBytes } from 'node:crypto';
import { ask, asPerson, mutation, type Path } from './ask.js';
import { Operator } from './made-by-operator.js';
import type { TestApp } from '../support/test-app.js';

const operator = (app: TestApp) => new Operator(app);
const newName = () => `new ${randomBytes(6).toString('hex')}`;
const check =
  'query ($id: ID!) { permissionCheck(userId: $id, permission: "signet:users.read") { allowed } }';

function query(field: string, selection: string): Path {
  return {
    field,
    attempt: (app, person) => ask(app, `{ ${field}${selection} }`, {}, asPerson(person)),
  };
}

/** What an administrator reads of who may do what. */
export const permissionReads = {
  service: query('service', '(slug: "signet") { name permissions { name } roles { name } }'),
  services: query('services', ' { slug }'),
  permission: query('permission', '(name: "signet:users.read") { name holders { edges { cursor } } }'),
  permissions: query('permissions', ' { name }'),
  role: query('role', '(name: "administrator") { name grants { edges { cursor } } }'),
  roles: query('roles', ' { name }'),
  userGroup: {
    field: 'userGroup',
    attempt: async (app, person) => {
      const id = await operator(app).group();
      const document = 'query ($id: ID!) { userGroup(id: $id) { name members { edges { cursor } } } }';
      return ask(app, document, { id }, asPerson(person));
    },
  },
  userGroups: query('userGroups', ' { edges { cursor } }'),
  permissionCheck: {
    field: 'permissionCheck',
    attempt: (app, person, id) => ask(app, check, { id }, asPerson(person)),
  },
  servicePlan: query('servicePlan', '(input: { slug: "new", name: "New" }) { __typename }'),
} satisfies Record<string, Path>;

/** What an administrator changes of it. */
export const permissionChanges = {
  registerService: mutation('registerService', (app) => ({ slug: app.given.slug(), name: 'New' })),
  updateService: mutation('updateService', async (app) => ({
    ...{ slug: await operator(app).service(), name: 'Renamed' },
  })),
  deleteService: mutation('deleteService', async (app) => ({ slug: await operator(app).service() })),
  createRole: mutation('createRole', () => ({ name: newName(), permissions: ['signet:users.read'] })),
  updateRole: mutation('updateRole', async (app) => ({
    ...{ name: await operator(app).role(['signet:users.read']), permissions: ['signet:audit.read'] },
  })),
  deleteRole: mutation('deleteRole', async (app) => ({
    name: await operator(app).role(['signet:users.read']),
  })),
  createGroup: mutation('createGroup', () => ({ name: newName() })),
  updateGroup: mutation('updateGroup', async (app) => ({
    ...{ groupId: await operator(app).group(), name: newName() },
  })),
  deleteGroup: mutation('deleteGroup', async (app) => ({ groupId: await operator(app).group() })),
  addGroupMember: mutation('addGroupMember', async (app, _person, userId) => ({
    ...{ groupId: await operator(app).group(), userId },
  })),
  removeGroupMember: mutation('removeGroupMember', async (app, _person, userId) => {
    const { groupId } = await operator(app).everything(userId);
    return { groupId, userId };
  }),
  grantRole: mutation('grantRole', async (app, _person, userId) => ({
    ...{ role: await operator(app).role(['signet:users.read']), userId },
  })),
  grantPermission: mutation('grantPermission', (_app, _person, userId) => ({
    ...{ permission: 'signet:users.read', userId },
  })),
  revokeRole: mutation('revokeRole', async (app, _person, userId) => {
    const { role } = await operator(app).everything(userId);
    return { role, userId };
  }),
  revokePermission: mutation('revokePermission', async (app, _person, userId) => {
    const { permission } = await operator(app).everything(userId);
    return { permission, userId };
  }),
} satisfies Record<string, Path>;

/** What everybody may ask about themselves. */
export const ownPermissions = {
  'permissionCheck of oneself': {
    field: 'permissionCheck',
    attempt: (app, person) => ask(app, check, { id: person.id }, asPerson(person)),
  },
  'own permissions': {
    field: 'viewer',
    attempt: (app, person) =>
      ask(
        app,
        '{ viewer { permissions { name } roles { name } groups { name } grants { id } can(permission: "a:b") } }',
        {},
        asPerson(person),
      ),
  },
} satisfies Record<string, Path>;
