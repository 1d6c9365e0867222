import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { Viewer } from '../caller.js';
import { effectivePermissionsSql, serviceAdmitsSql, serviceOf } from '../permissions/index.js';
import type { VerifiedToken } from '../tokens/index.js';
import { USER_COLUMNS, toUserRecord, type UserRecord, type UserRow } from '../users/user-record.js';
import { clientSignedInSql, livesSql } from './session-row.js';
import { GRAPHQL_CLIENT_ID } from './start-session.js';

/**
 * Users by id, and with them the caller's session and permissions: whoever asks for a page of users
 * has to be checked in any case, and one statement does both. LATERAL keeps PostgreSQL to one look-up per
 * user by index, where for a large page it would rather read the whole table of addresses.
 */
const selected = (more: string) => `SELECT ${USER_COLUMNS}, s.id AS session_id${more},
    CASE WHEN s.id IS NOT NULL THEN ${effectivePermissionsSql('u.id', '$3')} END AS permissions
  FROM users u
  LEFT JOIN LATERAL (SELECT email, verified_at FROM user_emails WHERE user_id = u.id LIMIT 1) e ON true`;
const living = `s.id = $2 AND s.user_id = u.id AND u.status = 'ACTIVE'
  AND ${livesSql('s', '$3')} AND ${serviceAdmitsSql('s.service', 'u.id', '$3')}`;

const LOAD = {
  name: 'load-users',
  text: `${selected('')} LEFT JOIN sessions s ON ${living} WHERE u.id = ANY($1)`,
};

/** The same for a token of an OAuth client, which is worth something while the session is signed in to the client. */
const LOAD_FOR_CLIENT = {
  name: 'load-users-for-client',
  text: `${selected(`, c.is_first_party AS "firstParty", ARRAY[c.service] || c.permissions_of AS services`)}
         LEFT JOIN oauth_clients c ON c.id = $4
         LEFT JOIN sessions s ON c.id IS NOT NULL AND ${living}
           AND (c.user_id IS NOT NULL OR ${serviceAdmitsSql('c.service', 'u.id', '$3')})
           AND ${clientSignedInSql('s.id', '$4', '$5')}
         WHERE u.id = ANY($1)`,
};

interface LoadedRow extends UserRow {
  session_id: string | null;
  permissions: string[] | null;
  firstParty?: boolean;
  services?: string[];
}

export interface LoadedUsers {
  users: Map<string, UserRecord>;
  /** Null when there was no session to check, or it has ended, or its user may not sign in. */
  viewer: Viewer | null;
}

/** What tells whose session a token is of, and of which client. */
export type SessionToken = Pick<VerifiedToken, 'userId' | 'sessionId' | 'clientId' | 'scope' | 'iat'>;

/** Reads any number of users by one statement, with the session of a verified token checked along. */
export function createLoadUsers({ database, clock }: { database: Database; clock: Clock }) {
  return async function loadUsers(
    userIds: readonly string[],
    token: SessionToken | null,
  ): Promise<LoadedUsers> {
    const ids = token ? [token.userId, ...userIds] : userIds;
    const key = [ids, token?.sessionId ?? null, clock.now()];
    const rows = await (token && token.clientId !== GRAPHQL_CLIENT_ID
      ? database.query<LoadedRow>(LOAD_FOR_CLIENT, [...key, token.clientId, token.iat])
      : database.query<LoadedRow>(LOAD, key));
    const own = rows.find((row) => row.session_id !== null);
    return {
      users: new Map(rows.map((row) => [row.user_id, toUserRecord(row)])),
      viewer: own && token ? toViewer(own, token) : null,
    };
  };
}

function toViewer(row: LoadedRow, { clientId, scope }: SessionToken): Viewer {
  const { user_id: userId, session_id: sessionId, permissions, firstParty, services } = row;
  const held = permissions ?? [];
  const viewer = { userId, sessionId: sessionId! };
  if (firstParty === undefined || !services) return { ...viewer, permissions: new Set(held), client: null };
  // What the client may have can have shrunk since the token was made.
  const may = (name: string) => services.includes(serviceOf(name)) && (scope === null || scope.has(name));
  return { ...viewer, permissions: new Set(held.filter(may)), client: { clientId, firstParty } };
}

export type LoadUsers = ReturnType<typeof createLoadUsers>;
