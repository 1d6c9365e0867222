import type { Change, Command, Given, PersonName, Receiver } from './commands.js';
import { declareService, removeService } from './reference-manifest.js';
import {
  around,
  effective,
  given,
  hasPermanentAdministrator,
  inForce,
  permissionsThrough,
  waysTo,
  type Grant,
  type State,
} from './reference-model.js';
import {
  Refused,
  addRole,
  refuse,
  removeRole,
  requireGrantable,
  requireLasting,
  requireManagement,
  requireNoLoss,
  requireRole,
  roleOf,
  type Outcome,
} from './reference-rules.js';

/** What a command comes to, and the state after it: the one before it when it was refused. */
export function apply(before: State, command: Command): { outcome: Outcome; after: State } {
  const after = structuredClone(before);
  try {
    enter(after, command);
    make(after, command.actor, command.change);
    if (hasPermanentAdministrator(before) && !hasPermanentAdministrator(after)) refuse('lastAdministrator');
    return { outcome: 'done', after };
  } catch (error) {
    if (error instanceof Refused) return { outcome: error.outcome, after: before };
    throw error;
  }
}

const STATUS_CHANGES = new Set(['suspend', 'reactivate', 'delete user']);
const USERS = 'signet:users.manage';

/** What the door asks before anything is looked at. */
function enter(state: State, { actor, door, change }: Command): void {
  if (actor === null || change.do === 'time passes') return;
  if (!state.users.get(actor)!.signedIn) refuse(door === 'http' ? 'unauthenticated' : 'sessionEnded');
  if (door !== 'http') return;
  const held = [...effective(state, actor)];
  const needed = STATUS_CHANGES.has(change.do) ? USERS : ':permissions.manage';
  if (!held.some((permission) => permission.endsWith(needed))) refuse('forbidden');
}

function make(state: State, actor: PersonName | null, change: Change): void {
  switch (change.do) {
    case 'register service':
    case 'update service':
      return declareService(state, actor, change);
    case 'delete service':
      return removeService(state, actor, change);
    case 'create role': {
      requireManagement(state, actor, change.permissions);
      requireGrantable(state, change.permissions);
      if (roleOf(state, change.name) !== undefined) refuse('nameTaken');
      return addRole(state, change.name, null, change.permissions);
    }
    case 'update role':
      return updateRole(state, actor, change);
    case 'delete role': {
      const id = requireRole(state, change.name);
      const role = state.roles.get(id)!;
      requireManagement(state, actor, role.permissions);
      if (role.service !== null) refuse('invalidInput');
      if (!change.confirm) requireNoLoss(state, (draft) => draft.roles.get(id)!.permissions.clear());
      return removeRole(state, id);
    }
    case 'create group': {
      requireManagement(state, actor, change.service ? [`${change.service}:permissions.manage`] : []);
      if (change.service && !state.services.has(change.service)) refuse('notFound');
      requireFreeGroupName(state, change.name, null);
      const group = { name: change.name, service: change.service ?? null };
      state.groups.set(state.groupsEverMade, { ...group, users: new Set(), groups: new Set() });
      state.groupsEverMade += 1;
      return undefined;
    }
    case 'rename group': {
      const group = requireGroup(state, actor, change.group);
      requireFreeGroupName(state, change.name, change.group);
      group.name = change.name;
      return undefined;
    }
    case 'delete group': {
      requireGroup(state, actor, change.group);
      if (!change.confirm && someLoseThrough(state, change.group)) refuse('lossNotConfirmed');
      state.groups.delete(change.group);
      for (const { groups } of state.groups.values()) groups.delete(change.group);
      state.grants = state.grants.filter(({ group }) => group !== change.group);
      return undefined;
    }
    case 'add member':
    case 'remove member':
      return changeMember(state, actor, change);
    case 'grant':
    case 'revoke':
      return changeGrant(state, actor, change);
    case 'suspend':
    case 'reactivate':
    case 'delete user':
      if (actor !== null && !effective(state, actor).has(USERS)) refuse('forbidden');
      return changeStatus(state, change.user, change.do);
    case 'time passes':
      state.now += change.hours;
  }
}

function updateRole(state: State, actor: string | null, change: Change & { do: 'update role' }): void {
  const id = requireRole(state, change.name);
  const role = state.roles.get(id)!;
  requireManagement(state, actor, role.permissions);
  if (role.service !== null) refuse('invalidInput');
  if (change.permissions) {
    requireManagement(state, actor, change.permissions);
    const added = change.permissions.filter((permission) => !role.permissions.has(permission));
    requireLasting(state, actor, added, null);
    requireGrantable(state, added);
  }
  const other = roleOf(state, change.newName ?? role.name);
  if (other !== undefined && other !== id) refuse('nameTaken');
  role.name = change.newName ?? role.name;
  if (change.permissions) role.permissions = new Set(change.permissions);
}

function changeMember(
  state: State,
  actor: string | null,
  change: Change & { do: 'add member' | 'remove member' },
): void {
  const { user, memberGroup } = change;
  if ((user === undefined) === (memberGroup === undefined)) refuse('invalidInput');
  const group = requireGroup(state, actor, change.group);
  if (user !== undefined ? !exists(state, user) : !state.groups.has(memberGroup!)) refuse('notFound');
  if (memberGroup !== undefined) requireGroup(state, actor, memberGroup);
  const members: Set<string | number> = user !== undefined ? group.users : group.groups;
  const member = user ?? memberGroup!;
  if (change.do === 'remove member') {
    if (!members.delete(member)) refuse('notFound');
    return;
  }
  if (members.has(member)) return;
  requireLasting(state, actor, permissionsThrough(state, change.group), null);
  if (memberGroup !== undefined && around(state, change.group).has(memberGroup)) refuse('invalidInput');
  members.add(member);
}

function changeGrant(state: State, actor: string | null, change: Change & { do: 'grant' | 'revoke' }): void {
  const { to, what } = change;
  const grant: Grant = {
    ...receiver(state, to),
    ...whatOf(state, what),
    by: actor,
    reason: null,
    expiresAt: null,
  };
  requireManagement(state, actor, given(state, grant));
  const same = (other: Grant) =>
    (['user', 'group', 'role', 'permission'] as const).every((key) => other[key] === grant[key]);
  const present = state.grants.find(same);
  if (change.do === 'revoke') {
    if (!present) refuse('notFound');
    state.grants = state.grants.filter((other) => other !== present);
    return;
  }
  const owner = grant.group === undefined ? null : state.groups.get(grant.group)!.service;
  if (owner !== null) requireManagement(state, actor, [`${owner}:permissions.manage`]);
  if (grant.permission !== undefined) requireGrantable(state, [grant.permission]);
  if (change.hours !== undefined && change.hours <= 0) refuse('invalidInput');
  grant.reason = change.reason ?? null;
  grant.expiresAt = change.hours === undefined ? null : state.now + change.hours;
  requireLasting(state, actor, given(state, grant), grant.expiresAt);
  // The same once more is no change: who gave it first stays who gave it.
  if (present?.reason === grant.reason && present.expiresAt === grant.expiresAt) return;
  state.grants = [...state.grants.filter((other) => other !== present), grant];
}

function changeStatus(state: State, name: string, what: 'suspend' | 'reactivate' | 'delete user'): void {
  const user = state.users.get(name)!;
  if (user.status === 'DELETED') refuse('notFound');
  user.status = what === 'reactivate' ? 'ACTIVE' : what === 'suspend' ? 'SUSPENDED' : 'DELETED';
  if (what !== 'reactivate') user.signedIn = false;
  if (what !== 'delete user') return;
  state.grants = state.grants.filter((grant) => grant.user !== name);
  for (const { users } of state.groups.values()) users.delete(name);
}

function receiver(state: State, { user, group }: Receiver): Pick<Grant, 'user' | 'group'> {
  if ((user === undefined) === (group === undefined)) refuse('invalidInput');
  if (user !== undefined) return exists(state, user) ? { user } : refuse('notFound');
  return state.groups.has(group!) ? { group: group! } : refuse('notFound');
}

function whatOf(state: State, what: Given): Pick<Grant, 'role' | 'permission'> {
  if ('role' in what) return { role: requireRole(state, what.role) };
  return state.permissions.has(what.permission) ? { permission: what.permission } : refuse('notFound');
}

function exists(state: State, user: string): boolean {
  return state.users.get(user)!.status !== 'DELETED';
}

/** A group, if the actor manages it, all groups around it, and all that they give. */
function requireGroup(state: State, actor: string | null, id: number) {
  const group = state.groups.get(id) ?? refuse('notFound');
  const services = [...around(state, id)].map((outer) => state.groups.get(outer)!.service);
  const own = services.map((service) => `${service}:permissions.manage`);
  requireManagement(state, actor, services.includes(null) ? [] : [...own, ...permissionsThrough(state, id)]);
  return group;
}

function requireFreeGroupName(state: State, name: string, own: number | null): void {
  for (const [id, group] of state.groups)
    if (id !== own && group.name.toLowerCase() === name.toLowerCase()) refuse('nameTaken');
}

/**
 * Whether somebody has something by no other way than through this group. A second way around it through other
 * groups is not seen: Signet rather asks once too often.
 */
function someLoseThrough(state: State, id: number): boolean {
  const outer = around(state, id);
  const leadsThrough = (user: string, grant: Grant) =>
    outer.has(grant.group ?? -1) &&
    [...state.groups].every(
      ([member, { users }]) =>
        !users.has(user) || !around(state, member).has(grant.group!) || around(state, member).has(id),
    );
  return [...state.users.keys()].some((user) =>
    [...effective(state, user)].some((permission) =>
      waysTo(state, user, permission)
        .filter((grant) => inForce(state, grant))
        .every((grant) => leadsThrough(user, grant)),
    ),
  );
}
