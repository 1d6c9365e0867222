import type { GrantRecord } from '../../src/domain/permissions/index.js';
import type { TestApp } from '../support/test-app.js';
import { OBSERVER } from './commands.js';
import { effective, holders, inForce, rolesOf, waysTo, type Grant, type State } from './reference-model.js';
import type { Stage } from './stage.js';

const EVERYBODY = 100;

/** A way to a permission in one line: to whom what was given, by whom, until when. */
const way = (to: string, what: string, by: string | null, reason: string | null, expiresAt: number | null) =>
  `${to} ← ${what} by ${by} for ${reason} until ${expiresAt}`;

/** What `permissionCheck` has to say: the ways that count, and only when there is none those that counted once. */
function expectedCheck(state: State, user: string, permission: string) {
  const all = waysTo(state, user, permission);
  const counting = all.filter((grant) => inForce(state, grant));
  const line = ({ user, group, role, permission, by, reason, expiresAt }: Grant) => {
    const to = user ?? `group ${state.groups.get(group!)!.name}`;
    return way(to, role === undefined ? permission! : state.roles.get(role)!.name, by, reason, expiresAt);
  };
  return {
    allowed: effective(state, user).has(permission),
    paths: (counting.length > 0 ? counting : all).map(line).toSorted(),
  };
}

/** The reads behind the API, of all users: permissions, roles, holders, and checks of some permissions. */
export async function compareReads(app: TestApp, stage: Stage, state: State, permissions: string[]) {
  const { useCases } = app.identity;
  const people = [...state.users.keys()];
  const ids = people.map((name) => stage.personId(name));
  const [held, roles, everyRole] = await Promise.all([
    useCases.loadPermissions(ids),
    useCases.catalogue.rolesOfUsers(ids),
    useCases.catalogue.listRoles({ service: null, permission: null, search: null, after: '', first: 100 }),
  ]);
  const of = (name: string) => stage.personId(name);
  expect(people.map((name) => [name, held.get(of(name)) ?? []])).toEqual(
    people.map((name) => [name, [...effective(state, name)].toSorted()]),
  );
  expect(
    people.map((name) => [name, (roles.get(of(name)) ?? []).map((role) => role.name).toSorted()]),
  ).toEqual(people.map((name) => [name, rolesOf(state, name).toSorted()]));
  const roleNames = new Map(everyRole.map(({ id, name }) => [id, name]));
  for (const permission of permissions) {
    const { users } = await useCases.listHolders(permission, { first: EVERYBODY, after: null });
    expect(users.map(({ id }) => stage.person(id)).toSorted()).toEqual(holders(state, permission).toSorted());
    await Promise.all(
      people.map(async (name) => {
        const { allowed, paths } = await useCases.explainPermission(of(name), permission);
        const lines = paths.map(({ grant }) => lineOf(grant, stage, state, roleNames)).toSorted();
        expect({ name, permission, allowed, paths: lines }).toEqual({
          name,
          permission,
          ...expectedCheck(state, name, permission),
        });
      }),
    );
  }
}

function lineOf(grant: GrantRecord, stage: Stage, state: State, roles: Map<string, string>): string {
  const { userId, groupId, roleId, permission, grantedBy, reason, expiresAt } = grant;
  const to = userId ? stage.person(userId) : `group ${state.groups.get(stage.group(groupId!))!.name}`;
  const until = stage.hours(expiresAt && expiresAt.toISOString());
  const what = permission ?? roles.get(roleId!)!;
  return way(to, what, grantedBy && stage.person(grantedBy), reason, until);
}

interface ApiCheck {
  allowed: boolean;
  user: { name: string };
  paths: {
    reason: string | null;
    expiresAt: string | null;
    role: { name: string } | null;
    group: { name: string } | null;
    grantedBy: { id: string } | null;
    grant: { user: { id: string } | null; permission: { name: string } | null };
  }[];
}

const USERS = `query ($users: [_Any!]!) { _entities(representations: $users) { ... on User {
  id permissions { name } roles { name } can(permission: "orders:refund")
} } }`;
const HOLDERS = `{ permissions(first: 30) { name holders(first: 20) { edges { node { id } } } } }`;
const CHECK = `{ allowed user { name } paths { reason expiresAt role { name } group { name } grantedBy { id }
  grant { user { id } permission { name } } } }`;

/** The same by GraphQL, over HTTP, as somebody who may read everything. */
export async function compareThroughHttp(app: TestApp, stage: Stage, state: State, permissions: string[]) {
  const people = [...state.users.keys()];
  const token = await stage.token(OBSERVER);
  const read = async <Data>(query: string, variables = {}) =>
    (await app.client.send<Data, object>(query, variables, { token })).data;
  const names = (list: { name: string }[]) => list.map(({ name }) => name).toSorted();
  type ApiUser = { id: string; permissions: { name: string }[]; roles: { name: string }[]; can: boolean };
  const users = people.map((name) => ({ __typename: 'User', id: stage.personId(name) }));
  const { _entities } = await read<{ _entities: ApiUser[] }>(USERS, { users });
  expect(
    _entities.map(({ id, permissions, roles, can }) => ({
      name: stage.person(id),
      permissions: names(permissions),
      roles: names(roles),
      can,
    })),
  ).toEqual(
    people.map((name) => ({
      name,
      permissions: [...effective(state, name)].toSorted(),
      roles: rolesOf(state, name).toSorted(),
      can: effective(state, name).has('orders:refund'),
    })),
  );

  type ApiPermission = { name: string; holders: { edges: { node: { id: string } }[] } };
  const { permissions: declared } = await read<{ permissions: ApiPermission[] }>(HOLDERS);
  const held = declared.map(({ name, holders }) => [
    name,
    holders.edges.map(({ node }) => stage.person(node.id)).toSorted(),
  ]);
  expect(Object.fromEntries(held)).toEqual(
    Object.fromEntries([...state.permissions.keys()].map((name) => [name, holders(state, name).toSorted()])),
  );

  for (const permission of permissions) {
    const asked = people.map(
      (name, index) =>
        `c${index}: permissionCheck(userId: "${stage.personId(name)}", permission: "${permission}") ${CHECK}`,
    );
    const checks = Object.values(await read<Record<string, ApiCheck>>(`{ ${asked.join('\n')} }`));
    expect(checks.map((check) => ({ ...toLines(check, stage) }))).toEqual(
      people.map((name) => expectedCheck(state, name, permission)),
    );
  }
}

function toLines({ allowed, paths }: ApiCheck, stage: Stage) {
  const lines = paths.map(({ reason, expiresAt, role, group, grantedBy, grant }) => {
    const to = grant.user ? stage.person(grant.user.id) : `group ${group!.name}`;
    const by = grantedBy && stage.person(grantedBy.id);
    return way(to, role?.name ?? grant.permission!.name, by, reason, stage.hours(expiresAt));
  });
  return { allowed, paths: lines.toSorted() };
}
