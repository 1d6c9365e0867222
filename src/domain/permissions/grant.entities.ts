import { defineEntity, p } from '@mikro-orm/core';

/** What all grants have: by whom, why, since when and until when. */
const given = () => ({
  id: p.uuid().primary(),
  grantedBy: p.uuid().nullable(),
  reason: p.text().nullable(),
  createdAt: p.datetime(),
  expiresAt: p.datetime().nullable(),
});

/** One permission given to one user. */
export const PermissionGrant = defineEntity({
  name: 'PermissionGrant',
  tableName: 'permission_grants',
  properties: { ...given(), userId: p.uuid(), permission: p.text() },
});

/** One role given to one user. */
export const RoleGrant = defineEntity({
  name: 'RoleGrant',
  tableName: 'role_grants',
  properties: { ...given(), userId: p.uuid(), roleId: p.uuid() },
});

/** One permission given to all members of a group. */
export const GroupPermissionGrant = defineEntity({
  name: 'GroupPermissionGrant',
  tableName: 'group_permission_grants',
  properties: { ...given(), groupId: p.uuid(), permission: p.text() },
});

/** One role given to all members of a group. */
export const GroupRoleGrant = defineEntity({
  name: 'GroupRoleGrant',
  tableName: 'group_role_grants',
  properties: { ...given(), groupId: p.uuid(), roleId: p.uuid() },
});
