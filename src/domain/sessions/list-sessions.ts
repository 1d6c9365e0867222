import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { SESSION_COLUMNS, livesSql, toSession, type SessionRow } from './session-row.js';
import type { Session } from './session.entity.js';

const LIST = {
  name: 'list-sessions',
  text: `SELECT ${SESSION_COLUMNS} FROM sessions s
         WHERE s.user_id = ANY($1) AND ${livesSql('s', '$2')}
         ORDER BY s.refreshed_at DESC, s.id DESC`,
};

/** Living sessions of many users by one statement, the most recently used first. */
export function createListSessions({ database, clock }: { database: Database; clock: Clock }) {
  return async function listSessions(userIds: readonly string[]): Promise<Map<string, Session[]>> {
    const rows = await database.query<SessionRow>(LIST, [userIds, clock.now()]);
    const byUser = new Map<string, Session[]>(userIds.map((id) => [id, []]));
    for (const row of rows) byUser.get(row.session_user_id)!.push(toSession(row));
    return byUser;
  };
}

export type ListSessions = ReturnType<typeof createListSessions>;
