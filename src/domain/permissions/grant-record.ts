/** A role or a single permission given to a user or to a group: by whom, why, and until when. */
export interface GrantRecord {
  id: string;
  /** One of the two is set. */
  userId: string | null;
  groupId: string | null;
  /** One of the two is set. */
  roleId: string | null;
  permission: string | null;
  /** Null when Signet itself or an operator gave it. */
  grantedBy: string | null;
  reason: string | null;
  createdAt: Date;
  expiresAt: Date | null;
}

export interface GrantRow {
  grant_id: string;
  user_id: string | null;
  group_id: string | null;
  role_id: string | null;
  permission: string | null;
  granted_by: string | null;
  reason: string | null;
  created_at: Date | string;
  expires_at: Date | string | null;
}

const COMMON = 'g.id AS grant_id, g.granted_by, g.reason, g.created_at, g.expires_at';

/** The four tables of grants, each read in the columns of a GrantRow. */
export const GRANT_COLUMNS = {
  role_grants: `${COMMON}, g.user_id, NULL::uuid AS group_id, g.role_id, NULL::text AS permission`,
  permission_grants: `${COMMON}, g.user_id, NULL::uuid AS group_id, NULL::uuid AS role_id, g.permission`,
  group_role_grants: `${COMMON}, NULL::uuid AS user_id, g.group_id, g.role_id, NULL::text AS permission`,
  group_permission_grants: `${COMMON}, NULL::uuid AS user_id, g.group_id, NULL::uuid AS role_id, g.permission`,
} as const;
export type GrantTable = keyof typeof GRANT_COLUMNS;

export function toGrantRecord(row: GrantRow): GrantRecord {
  return {
    id: row.grant_id,
    userId: row.user_id,
    groupId: row.group_id,
    roleId: row.role_id,
    permission: row.permission,
    grantedBy: row.granted_by,
    reason: row.reason,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  };
}
