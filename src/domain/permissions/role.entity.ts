import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** A named set of permissions. Names are compared without case; grants hang on the id. */
export const Role = defineEntity({
  name: 'Role',
  tableName: 'roles',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    description: p.text().nullable(),
    /** The service whose manifest declares it; null for a role that an administrator made. */
    service: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type Role = InferEntity<typeof Role>;

/** One permission of a role. */
export const RolePermission = defineEntity({
  name: 'RolePermission',
  tableName: 'role_permissions',
  properties: { roleId: p.uuid().primary(), permission: p.text().primary() },
});
