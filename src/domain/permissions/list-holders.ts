import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { USER_COLUMNS, toUserRecord, type UserRow } from '../users/user-record.js';
import type { UserPage } from '../users/list-users.js';
import { inForceSql } from './permissions.js';
import { GRANT_COLUMNS, toGrantRecord, type GrantRecord, type GrantRow } from './grant-record.js';

/** Comes before every id. */
const START = '00000000-0000-0000-0000-000000000000';

/**
 * The next holders along one index: people who may sign in, after $2, at most $4. LATERAL with its LIMIT keeps PostgreSQL from joining
 * with all users first, which it prefers by some samples of its statistics and not by others.
 */
const nextOf = (table: string, condition: string, inForce: string) => `
  SELECT g.user_id FROM ${table} g
    CROSS JOIN LATERAL (SELECT 1 FROM users u WHERE u.id = g.user_id AND u.status = 'ACTIVE' LIMIT 1) active
  WHERE ${condition} AND g.user_id > $2 AND ${inForce} ORDER BY g.user_id LIMIT $4`;

/**
 * Each way gives its next few in order of id, straight from an index, and the page is made of those: a permission that
 * a hundred thousand hold costs no more than one that ten hold.
 */
const HOLDERS = {
  name: 'list-holders',
  text: `SELECT ${USER_COLUMNS} FROM (
      SELECT DISTINCT way.user_id FROM (
        (${nextOf('permission_grants', 'g.permission = $1', inForceSql('g', '$3'))})
        UNION ALL
        SELECT next.user_id FROM role_permissions rp
          CROSS JOIN LATERAL (${nextOf('role_grants', 'g.role_id = rp.role_id', inForceSql('g', '$3'))}) next
          WHERE rp.permission = $1
        UNION ALL
        SELECT next.user_id FROM (
          SELECT a.group_id FROM group_permission_grants gg JOIN group_ancestors a ON a.ancestor_id = gg.group_id
            WHERE gg.permission = $1 AND ${inForceSql('gg', '$3')}
          UNION
          SELECT a.group_id FROM role_permissions rp JOIN group_role_grants gg ON gg.role_id = rp.role_id
            JOIN group_ancestors a ON a.ancestor_id = gg.group_id
            WHERE rp.permission = $1 AND ${inForceSql('gg', '$3')}
        ) reached CROSS JOIN LATERAL (${nextOf('group_members', 'g.group_id = reached.group_id', 'true')}) next
      ) way ORDER BY way.user_id LIMIT $4
    ) page JOIN users u ON u.id = page.user_id
    LEFT JOIN LATERAL (SELECT email, verified_at FROM user_emails WHERE user_id = u.id LIMIT 1) e ON true
    ORDER BY u.id`,
};

/** Grants of one role or permission to users and groups, in order of the receiver's id, along the index. */
const grantsOf = (column: 'role_id' | 'permission', users: 'role_grants' | 'permission_grants') => ({
  name: `grants-by-${column}`,
  text: `SELECT page.* FROM (
      (SELECT g.user_id AS position, ${GRANT_COLUMNS[users]} FROM ${users} g
        WHERE g.${column} = $1 AND g.user_id > $2 AND ${inForceSql('g', '$3')} ORDER BY g.user_id LIMIT $4)
      UNION ALL
      (SELECT g.group_id AS position, ${GRANT_COLUMNS[`group_${users}`]} FROM group_${users} g
        WHERE g.${column} = $1 AND g.group_id > $2 AND ${inForceSql('g', '$3')} ORDER BY g.group_id LIMIT $4)
    ) page ORDER BY page.position LIMIT $4`,
});
const GRANTS_OF_ROLE = grantsOf('role_id', 'role_grants');
const GRANTS_OF_PERMISSION = grantsOf('permission', 'permission_grants');

export interface PageRequest {
  first: number;
  /** The id after which the page begins; null for the first. */
  after: string | null;
}

export interface GrantPage {
  grants: GrantRecord[];
  hasNextPage: boolean;
}

/** Pages through who has a permission, by whatever way, and through the grants of a role or a permission. */
export function createListHolders({ database, clock }: { database: Database; clock: Clock }) {
  const values = (of: string, { first, after }: PageRequest) => [of, after ?? START, clock.now(), first + 1];
  async function listHolders(permission: string, page: PageRequest): Promise<UserPage> {
    const rows = await database.query<UserRow>(HOLDERS, values(permission, page));
    return { users: rows.slice(0, page.first).map(toUserRecord), hasNextPage: rows.length > page.first };
  }
  async function listGrants(
    of: { roleId: string } | { permission: string },
    page: PageRequest,
  ): Promise<GrantPage> {
    const rows =
      'roleId' in of
        ? await database.query<GrantRow>(GRANTS_OF_ROLE, values(of.roleId, page))
        : await database.query<GrantRow>(GRANTS_OF_PERMISSION, values(of.permission, page));
    return { grants: rows.slice(0, page.first).map(toGrantRecord), hasNextPage: rows.length > page.first };
  }
  return { listHolders, listGrants };
}
