import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** One permission given to one user: by whom, why, and until when. */
export const PermissionGrant = defineEntity({
  name: 'PermissionGrant',
  tableName: 'permission_grants',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    permission: p.text(),
    grantedBy: p.uuid().nullable(),
    reason: p.text().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
  },
  uniques: [{ properties: ['userId', 'permission'] }],
});
export type PermissionGrant = InferEntity<typeof PermissionGrant>;
