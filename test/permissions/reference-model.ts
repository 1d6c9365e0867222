import type { PersonName } from './commands.js';

/**
 * Who may do what, in sets and by recursion: no tables, no closure, no concurrency. The measure for the real
 * thing. Times are hours since the run began.
 */
export interface Grant {
  user?: string;
  group?: number;
  role?: number;
  permission?: string;
  by: string | null;
  reason: string | null;
  expiresAt: number | null;
}

export interface Role {
  name: string;
  /** The service whose manifest declares it. */
  service: string | null;
  permissions: Set<string>;
}

export interface Group {
  name: string;
  service: string | null;
  users: Set<string>;
  groups: Set<number>;
}

export interface State {
  now: number;
  users: Map<string, { status: 'ACTIVE' | 'SUSPENDED' | 'DELETED'; signedIn: boolean }>;
  services: Map<string, { access: 'OPEN' | 'CLOSED' }>;
  permissions: Map<string, { deprecated: boolean }>;
  /** By a number that is never given again: a role that was deleted and made anew is another one. */
  roles: Map<number, Role>;
  groups: Map<number, Group>;
  groupsEverMade: number;
  rolesEverMade: number;
  grants: Grant[];
}

export const ADMINISTRATION = 'signet:permissions.manage';

/** The group itself and every group around it. */
export function around(state: State, group: number): Set<number> {
  const outer = [...state.groups].filter(([, { groups }]) => groups.has(group)).map(([id]) => id);
  return new Set([group, ...outer.flatMap((id) => [...around(state, id)])]);
}

/** Every group that a user is in, directly or through another. */
export function groupsOf(state: State, user: string): Set<number> {
  const direct = [...state.groups].filter(([, { users }]) => users.has(user)).map(([id]) => id);
  return new Set(direct.flatMap((id) => [...around(state, id)]));
}

export function given(state: State, grant: Grant): Set<string> {
  return grant.role === undefined
    ? new Set([grant.permission!])
    : (state.roles.get(grant.role)?.permissions ?? new Set());
}

export function inForce(state: State, { expiresAt }: Grant): boolean {
  return expiresAt === null || expiresAt > state.now;
}

/** Grants that reach a user, in force or not. */
export function grantsTo(state: State, user: string): Grant[] {
  const groups = groupsOf(state, user);
  return state.grants.filter((grant) => grant.user === user || groups.has(grant.group ?? -1));
}

/** Every way by which a user has, or had, a permission. */
export function waysTo(state: State, user: string, permission: string): Grant[] {
  return grantsTo(state, user).filter((grant) => given(state, grant).has(permission));
}

/** What a user may do at this moment. Who may not sign in may do nothing. */
export function effective(state: State, user: string): Set<string> {
  if (state.users.get(user)?.status !== 'ACTIVE') return new Set();
  const grants = grantsTo(state, user).filter((grant) => inForce(state, grant));
  return new Set(grants.flatMap((grant) => [...given(state, grant)]));
}

export function holders(state: State, permission: string): string[] {
  return [...state.users.keys()].filter((user) => effective(state, user).has(permission));
}

/** Names of the roles that reach a user at this moment, whether the user may sign in or not. */
export function rolesOf(state: State, user: string): string[] {
  const grants = grantsTo(state, user).filter((grant) => inForce(state, grant));
  const roles = new Set(grants.map((grant) => grant.role).filter((role) => role !== undefined));
  return [...roles].map((role) => state.roles.get(role)!.name);
}

/** Everything that members of a group get through it, expired or not. */
export function permissionsThrough(state: State, group: number): Set<string> {
  const outer = around(state, group);
  const grants = state.grants.filter((grant) => outer.has(grant.group ?? -1));
  return new Set(grants.flatMap((grant) => [...given(state, grant)]));
}

/** Whether somebody who may sign in manages everything, and for good. */
export function hasPermanentAdministrator(state: State): boolean {
  return [...state.users].some(
    ([user, { status }]) =>
      status === 'ACTIVE' && waysTo(state, user, ADMINISTRATION).some(({ expiresAt }) => expiresAt === null),
  );
}

export function begin(people: readonly PersonName[], observer: string, signet: readonly string[]): State {
  const administrator = { name: 'administrator', service: 'signet', permissions: new Set(signet) };
  const nobodyGave = { by: null, reason: null, expiresAt: null };
  return {
    now: 0,
    users: new Map([...people, observer].map((user) => [user, { status: 'ACTIVE', signedIn: true }])),
    services: new Map([['signet', { access: 'OPEN' }]]),
    permissions: new Map(signet.map((name) => [name, { deprecated: false }])),
    roles: new Map([[0, administrator]]),
    rolesEverMade: 1,
    groups: new Map(),
    groupsEverMade: 0,
    grants: [
      { user: 'root', role: 0, ...nobodyGave },
      { user: observer, permission: 'signet:permissions.read', ...nobodyGave },
    ],
  };
}
