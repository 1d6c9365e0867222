/**
 * Permissions of Signet itself, in the form `<service>:<what>` that an OAuth scope may have
 * (RFC 6749 §3.3). Migrations put them into the catalogue.
 */
export const SIGNET_PERMISSIONS = {
  'signet:users.read': 'Read every account: addresses, status and sessions.',
  'signet:users.manage': 'Suspend, reactivate and delete accounts, and end their sessions.',
  'signet:permissions.read': 'Read what everybody may do, and why.',
  'signet:permissions.manage': 'Register services, and grant and revoke permissions of every service.',
  'signet:audit.read': 'Read the audit trail.',
} as const;
export type SignetPermission = keyof typeof SIGNET_PERMISSIONS;

/** Who holds this one can give every other: the last holder stays. */
export const ADMINISTRATION: SignetPermission = 'signet:permissions.manage';

/** The role of Signet's own that holds all of them. */
export const ADMINISTRATOR_ROLE = 'administrator';

/** SQL for "the grant counts": it has not expired at `now`. */
export function inForceSql(alias: string, now: string): string {
  return `(${alias}.expires_at IS NULL OR ${alias}.expires_at > ${now})`;
}

/**
 * SQL for the effective permissions of the user in column `userColumn`, sorted, as a text array. `now`
 * is the placeholder of the present time: an expired grant needs no job to stop counting. Four ways lead to
 * a permission: it or a role is given to the user or to a group that the user is in, however deep.
 */
export function effectivePermissionsSql(userColumn: string, now: string): string {
  return `ARRAY(SELECT DISTINCT way.permission FROM (${waysSql(userColumn)}) way
    WHERE ${inForceSql('way', now)} ORDER BY way.permission)`;
}

/** SQL for every way by which the user in a column has a permission: `permission`, `expires_at`. */
export function waysSql(userColumn: string): string {
  return `
      SELECT g.permission, g.expires_at FROM permission_grants g WHERE g.user_id = ${userColumn}
      UNION ALL
      SELECT rp.permission, g.expires_at FROM role_grants g
        JOIN role_permissions rp ON rp.role_id = g.role_id WHERE g.user_id = ${userColumn}
      UNION ALL
      SELECT g.permission, g.expires_at FROM group_members m
        JOIN group_ancestors a ON a.group_id = m.group_id
        JOIN group_permission_grants g ON g.group_id = a.ancestor_id WHERE m.user_id = ${userColumn}
      UNION ALL
      SELECT rp.permission, g.expires_at FROM group_members m
        JOIN group_ancestors a ON a.group_id = m.group_id
        JOIN group_role_grants g ON g.group_id = a.ancestor_id
        JOIN role_permissions rp ON rp.role_id = g.role_id WHERE m.user_id = ${userColumn}`;
}

/**
 * SQL for "the service that this session is for lets its user in": it has none, its service is open, or the user
 * holds `<service>:sign-in`. A service that is gone lets nobody in.
 */
export function serviceAdmitsSql(serviceColumn: string, userColumn: string, now: string): string {
  return `(${serviceColumn} IS NULL OR EXISTS (SELECT 1 FROM services v WHERE v.slug = ${serviceColumn} AND (
      v.access = 'OPEN' OR v.slug || ':${SIGN_IN}' = ANY(${effectivePermissionsSql(userColumn, now)}))))`;
}

/** What every service has without declaring it: who may manage its permissions, and who may sign in when it is closed. */
export const MANAGE = 'permissions.manage';
export const SIGN_IN = 'sign-in';
