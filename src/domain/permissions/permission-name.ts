import { MANAGE } from './permissions.js';

/** A service's name in permissions: lower case, so that no two look alike. */
export const SLUG = /^[a-z][a-z0-9-]{0,39}$/;
/** What follows the colon: characters of an OAuth scope (RFC 6749 §3.3), lower case. */
export const WHAT = /^[a-z0-9][a-z0-9._-]{0,79}$/;

/** The slug in front of the colon. */
export function serviceOf(permission: string): string {
  return permission.slice(0, permission.indexOf(':'));
}

/** The permission to manage those of a service. */
export function managerPermission(service: string): string {
  return `${service}:${MANAGE}`;
}

/** Whether a text has the form `<slug>:<what>`. */
export function isPermissionName(text: string): boolean {
  const colon = text.indexOf(':');
  return colon > 0 && SLUG.test(text.slice(0, colon)) && WHAT.test(text.slice(colon + 1));
}
