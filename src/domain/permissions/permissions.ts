/**
 * Permissions of Signet itself, in the form `<service>:<what>` that an OAuth scope may have
 * (RFC 6749 §3.3).
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

/**
 * SQL for the effective permissions of the user in column `userColumn`, sorted, as a text array. `now`
 * is the placeholder of the present time: an expired grant needs no job to stop counting.
 */
export function effectivePermissionsSql(userColumn: string, now: string): string {
  return `ARRAY(SELECT g.permission FROM permission_grants g
                WHERE g.user_id = ${userColumn} AND (g.expires_at IS NULL OR g.expires_at > ${now})
                ORDER BY g.permission)`;
}
