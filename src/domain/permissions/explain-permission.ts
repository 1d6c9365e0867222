import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import type { UserStatus } from '../users/user.entity.js';
import { GRANT_COLUMNS, toGrantRecord, type GrantRecord, type GrantRow } from './grant-record.js';

/** One way by which a user has, or had, a permission. */
export interface PermissionPath {
  grant: GrantRecord;
  /** Whether the grant still counts at a moment. */
  inForce(now: Date): boolean;
}

export interface Explanation {
  allowed: boolean;
  /** Null when there is no such user. */
  userStatus: UserStatus | null;
  permissionExists: boolean;
  /** Ways that count, the longest lasting first; when there is none, those that have expired. */
  paths: PermissionPath[];
}

const WAYS = `
  SELECT ${GRANT_COLUMNS.permission_grants} FROM permission_grants g WHERE g.user_id = $1 AND g.permission = $2
  UNION ALL
  SELECT ${GRANT_COLUMNS.role_grants} FROM role_grants g
    WHERE g.user_id = $1 AND EXISTS (SELECT 1 FROM role_permissions rp WHERE rp.role_id = g.role_id AND rp.permission = $2)
  UNION ALL
  SELECT ${GRANT_COLUMNS.group_permission_grants} FROM group_permission_grants g
    WHERE g.permission = $2 AND g.group_id IN (SELECT a.ancestor_id FROM group_members m
      JOIN group_ancestors a ON a.group_id = m.group_id WHERE m.user_id = $1)
  UNION ALL
  SELECT ${GRANT_COLUMNS.group_role_grants} FROM group_role_grants g
    WHERE EXISTS (SELECT 1 FROM role_permissions rp WHERE rp.role_id = g.role_id AND rp.permission = $2)
      AND g.group_id IN (SELECT a.ancestor_id FROM group_members m
        JOIN group_ancestors a ON a.group_id = m.group_id WHERE m.user_id = $1)`;

const EXPLAIN = {
  name: 'explain-permission',
  text: `SELECT subject.status, subject.permission_exists, way.*
         FROM (SELECT (SELECT status FROM users WHERE id = $1) AS status,
                 EXISTS (SELECT 1 FROM permissions WHERE name = $2) AS permission_exists) subject
         LEFT JOIN (${WAYS}) way ON true`,
};

interface ExplainedRow extends GrantRow {
  status: UserStatus | null;
  permission_exists: boolean;
}

function toPaths(rows: GrantRow[]): PermissionPath[] {
  const forever = Number.POSITIVE_INFINITY;
  const end = ({ expiresAt }: GrantRecord) => expiresAt?.getTime() ?? forever;
  return rows
    .filter((row) => row.grant_id !== null)
    .map((row) => {
      const grant = toGrantRecord(row);
      return { grant, inForce: (now: Date) => end(grant) > now.getTime() };
    })
    .toSorted((a, b) => (end(a.grant) === end(b.grant) ? 0 : end(b.grant) - end(a.grant)));
}

/** Whether a user has a permission at this moment, and by which ways: one statement. */
export function createExplainPermission({ database, clock }: { database: Database; clock: Clock }) {
  return async function explainPermission(userId: string, permission: string): Promise<Explanation> {
    const now = clock.now();
    const rows = await database.query<ExplainedRow>(EXPLAIN, [userId, permission]);
    const paths = toPaths(rows);
    const counting = paths.filter((path) => path.inForce(now));
    const { status, permission_exists: permissionExists } = rows[0]!;
    return {
      allowed: status === 'ACTIVE' && counting.length > 0,
      userStatus: status,
      permissionExists,
      paths: counting.length > 0 ? counting : paths,
    };
  };
}

/** The same within a change under way. */
export async function explainNow(
  tx: EntityManager,
  userId: string,
  permission: string,
): Promise<PermissionPath[]> {
  const named = WAYS.replaceAll('$1', 'subject.user_id').replaceAll('$2', 'subject.permission');
  const rows: GrantRow[] = await tx.execute(
    `SELECT way.* FROM (SELECT ?::uuid AS user_id, ?::text AS permission) subject CROSS JOIN LATERAL (${named}) way`,
    [userId, permission],
  );
  return toPaths(rows);
}
