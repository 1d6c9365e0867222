import { ADMINISTRATION, effective, inForce, waysTo, type State } from './reference-model.js';

/** How a command may end: `done`, or in one word why not. */
export type Outcome =
  | 'done'
  | 'forbidden'
  | 'notFound'
  | 'invalidInput'
  | 'nameTaken'
  | 'lossNotConfirmed'
  | 'lastAdministrator'
  | 'sessionEnded'
  | 'unauthenticated';

export class Refused extends Error {
  constructor(readonly outcome: Outcome) {
    super(outcome);
  }
}

export function refuse(outcome: Outcome): never {
  throw new Refused(outcome);
}

/** Refuses unless the actor manages all of these permissions; nothing at all is managed by who manages everything. */
export function requireManagement(state: State, actor: string | null, permissions: Iterable<string>): void {
  const held = actor === null ? new Set([ADMINISTRATION]) : effective(state, actor);
  if (held.has(ADMINISTRATION)) return;
  const services = [...permissions].map((permission) => permission.split(':')[0]!);
  if (services.length === 0 || services.some((slug) => !held.has(`${slug}:permissions.manage`)))
    refuse('forbidden');
}

/** Refuses who would let others manage something until later than they may themselves; null is for good. */
export function requireLasting(
  state: State,
  actor: string | null,
  permissions: Iterable<string>,
  until: number | null,
): void {
  const forGood = (moment: number | null) => moment ?? Infinity;
  const lasts = (permission: string) =>
    actor === null ||
    waysTo(state, actor, permission).some(
      (grant) => inForce(state, grant) && forGood(grant.expiresAt) >= forGood(until),
    );
  for (const permission of permissions) {
    const [service] = permission.split(':');
    const managing = permission.endsWith(':permissions.manage') || service === 'signet';
    if (managing && !lasts(ADMINISTRATION) && !lasts(`${service}:permissions.manage`)) refuse('forbidden');
  }
}

export function requireGrantable(state: State, permissions: string[]): void {
  if (permissions.some((name) => state.permissions.get(name)?.deprecated !== false)) refuse('invalidInput');
}

/** Refuses when somebody would have less after what is taken away, before anything is put in its place. */
export function requireNoLoss(state: State, takeAway: (draft: State) => void): void {
  const draft = structuredClone(state);
  takeAway(draft);
  for (const user of state.users.keys()) {
    const left = effective(draft, user);
    for (const permission of effective(state, user)) if (!left.has(permission)) refuse('lossNotConfirmed');
  }
}

export function roleOf(state: State, name: string): number | undefined {
  return [...state.roles].find(([, role]) => role.name.toLowerCase() === name.toLowerCase())?.[0];
}

export function requireRole(state: State, name: string): number {
  return roleOf(state, name) ?? refuse('notFound');
}

export function addRole(state: State, name: string, service: string | null, permissions: string[]): void {
  state.roles.set(state.rolesEverMade, { name, service, permissions: new Set(permissions) });
  state.rolesEverMade += 1;
}

export function removeRole(state: State, id: number): void {
  state.roles.delete(id);
  state.grants = state.grants.filter(({ role }) => role !== id);
}
