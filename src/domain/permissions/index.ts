/**
 * permissions owns what users may do and who gave it to them. It must not know how anybody signed in.
 */
export { PermissionGrant } from './permission-grant.entity.js';
export { SIGNET_PERMISSIONS, effectivePermissionsSql, type SignetPermission } from './permissions.js';
export { createLoadPermissions, type LoadPermissions } from './load-permissions.js';
export { grantAdministration, activeAdministrators } from './administrators.js';
