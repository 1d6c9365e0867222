import { managerPermission, serviceOf } from './permission-name.js';
import { ADMINISTRATION, MANAGE } from './permissions.js';

/** Permissions with the moment until which they are held; null for good. */
export type HeldUntil = ReadonlyMap<string, Date | null>;

type Held = ReadonlySet<string>;

/** Whether somebody manages the permissions of every service. */
export function managesEverything(held: Held): boolean {
  return held.has(ADMINISTRATION);
}

/** Whether somebody manages the permissions of one service. */
export function managesService(held: Held, service: string): boolean {
  return managesEverything(held) || held.has(managerPermission(service));
}

/** Whether somebody manages the permissions of any service at all. */
export function managesSomething(held: Held): boolean {
  return [...held].some((permission) => permission.endsWith(`:${MANAGE}`));
}

/** Whether somebody may read the catalogue: which services, permissions and roles there are. */
export function readsCatalogue(held: Held): boolean {
  return held.has('signet:permissions.read') || managesSomething(held);
}

/**
 * The permission that somebody lacks to manage all of `permissions`, or null. To hold something is no right to
 * give it. Nothing at all is managed by those alone who manage everything: who could hand out an empty role
 * would own whatever is put into it later.
 */
export function lackedToManage(held: Held, permissions: readonly string[]): string | null {
  if (managesEverything(held)) return null;
  if (permissions.length === 0) return ADMINISTRATION;
  const service = permissions.map(serviceOf).find((slug) => !managesService(held, slug));
  return service === undefined ? null : managerPermission(service);
}

/**
 * The first of `permissions` that would outlive the actor's own right to give it, or null, among those that let people manage:
 * permissions of Signet itself, and `permissions.manage` of any service. Otherwise who administers for a week could give
 * themselves, or a friend, what administrators do for good. What products let people do may be given for good: a
 * stand-in does the work of who is away.
 */
export function outlivedManagement(
  held: HeldUntil,
  permissions: readonly string[],
  until: Date | null,
): string | null {
  const lasts = (permission: string) => {
    const own = held.get(permission);
    return own === null || (own !== undefined && until !== null && until <= own);
  };
  const isManaging = (name: string) => name.endsWith(`:${MANAGE}`) || serviceOf(name) === 'signet';
  const outlives = (name: string) => !lasts(ADMINISTRATION) && !lasts(managerPermission(serviceOf(name)));
  return permissions.find((name) => isManaging(name) && outlives(name)) ?? null;
}
