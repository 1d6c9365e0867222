import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { Viewer } from '../caller.js';
import { effectivePermissionsSql, serviceAdmitsSql } from '../permissions/index.js';
import { livesSql } from './session-row.js';
import { USER_COLUMNS, toUserRecord, type UserRecord, type UserRow } from '../users/user-record.js';

/**
 * Users by id, and with them the caller's session and permissions: whoever asks for a page of users
 * has to be checked in any case, and one statement does both. LATERAL keeps PostgreSQL to one look-up per
 * user by index, where for a large page it would rather read the whole table of addresses.
 */
const LOAD = {
  name: 'load-users',
  text: `SELECT ${USER_COLUMNS}, s.id AS session_id,
           CASE WHEN s.id IS NOT NULL THEN ${effectivePermissionsSql('u.id', '$3')} END AS permissions
         FROM users u
         LEFT JOIN LATERAL (SELECT email, verified_at FROM user_emails WHERE user_id = u.id LIMIT 1) e ON true
         LEFT JOIN sessions s ON s.id = $2 AND s.user_id = u.id AND u.status = 'ACTIVE'
           AND ${livesSql('s', '$3')} AND ${serviceAdmitsSql('s.service', 'u.id', '$3')}
         WHERE u.id = ANY($1)`,
};

interface LoadedRow extends UserRow {
  session_id: string | null;
  permissions: string[] | null;
}

export interface LoadedUsers {
  users: Map<string, UserRecord>;
  /** Null when there was no session to check, or it has ended, or its user may not sign in. */
  viewer: Viewer | null;
}

/** Reads any number of users by one statement, with the session of a verified token checked along. */
export function createLoadUsers({ database, clock }: { database: Database; clock: Clock }) {
  return async function loadUsers(
    userIds: readonly string[],
    token: { userId: string; sessionId: string } | null,
  ): Promise<LoadedUsers> {
    const ids = token ? [token.userId, ...userIds] : userIds;
    const rows = await database.query<LoadedRow>(LOAD, [ids, token?.sessionId ?? null, clock.now()]);
    const own = rows.find((row) => row.session_id !== null);
    return {
      users: new Map(rows.map((row) => [row.user_id, toUserRecord(row)])),
      viewer: own
        ? { userId: own.user_id, sessionId: own.session_id!, permissions: new Set(own.permissions) }
        : null,
    };
  };
}

export type LoadUsers = ReturnType<typeof createLoadUsers>;
