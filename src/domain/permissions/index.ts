/**
 * permissions owns what users may do: the catalogue, roles, grants, and what follows from them for one user. It must
 * not know how anybody signed in, nor what a manifest is (services does).
 */
export { PermissionGrant, RoleGrant, GroupPermissionGrant, GroupRoleGrant } from './grant.entities.js';
export { Permission } from './permission.entity.js';
export { Role, RolePermission } from './role.entity.js';
export {
  SIGNET_PERMISSIONS,
  MANAGE,
  SIGN_IN,
  effectivePermissionsSql,
  serviceAdmitsSql,
  type SignetPermission,
} from './permissions.js';
export { SLUG, WHAT, isPermissionName, managerPermission, serviceOf } from './permission-name.js';
export { heldNow } from './held-now.js';
export { managesService, managesSomething, readsCatalogue } from './may-manage.js';
export { createLoadPermissions, type LoadPermissions } from './load-permissions.js';
export { grantAdministration, permanentAdministratorExists } from './administrators.js';
export {
  createChangePermissions,
  lockPermissions,
  refuse,
  refuseField,
  type ChangePermissions,
  type PermissionChange,
  type PermissionLoss,
  type Refusal,
} from './change-permissions.js';
export {
  createChangeRoles,
  insertRole,
  removeRole,
  updateStoredRole,
  type DeleteRoleOutcome,
  type RoleOutcome,
} from './change-roles.js';
export { STORED_ROLE, findRole, sorted, toStoredRole, type StoredRole } from './catalogue.js';
export { requireGroup, requireUser, type StoredGroup } from './grant-target.js';
export { createGrant, type GrantOutcome } from './grant.js';
export { createRevoke, type RevokeOutcome } from './revoke.js';
export { revokeAllOfGroup, revokeAllOfPermissions, revokeAllOfUser } from './revoke-with.js';
export { findLosses, pgArray } from './find-losses.js';
export { checkText, checkTitle, requireTitle } from './titles.js';
export { createExplainPermission, type Explanation, type PermissionPath } from './explain-permission.js';
export { createListHolders, type GrantPage, type PageRequest } from './list-holders.js';
export {
  createReadCatalogue,
  type PermissionRecord,
  type ReadCatalogue,
  type RoleRecord,
} from './read-catalogue.js';
export { type GrantRecord } from './grant-record.js';
