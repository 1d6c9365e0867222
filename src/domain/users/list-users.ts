import { validate as isUuid } from 'uuid';
import type { Database } from '../../platform/database.js';
import { prefixRange, startsWithSql } from '../../platform/prefix-range.js';
import { USER_COLUMNS, toUserRecord, type UserRecord, type UserRow } from './user-record.js';

export const MAX_PAGE_SIZE = 100;

/** Before every id: a condition on it is a place in the index, where "or there is none" would read all before the page. */
const START = '00000000-0000-0000-0000-000000000000';

export interface UserPage {
  users: UserRecord[];
  hasNextPage: boolean;
}

/** One look-up of the address per user of the page: a plain join may be planned as a walk over all addresses. */
const ADDRESS =
  'LEFT JOIN LATERAL (SELECT email, verified_at FROM user_emails WHERE user_id = u.id LIMIT 1) e ON true';

const PAGE = {
  name: 'list-users',
  text: `SELECT ${USER_COLUMNS} FROM (
             SELECT * FROM users WHERE status <> 'DELETED' AND id > $1 ORDER BY id LIMIT $2
         ) u ${ADDRESS} ORDER BY u.id`,
};

/** Prefixes are looked up by index, each in its own branch, and paged by id together. A tombstone has no address. */
const SEARCH = {
  name: 'search-users',
  text: `SELECT ${USER_COLUMNS} FROM (
             SELECT id FROM users
             WHERE ${startsWithSql('lower(name)', '$3', '$4')} AND status <> 'DELETED' AND id > $1
             UNION
             SELECT user_id FROM user_emails WHERE ${startsWithSql('address', '$3', '$4')} AND user_id > $1
             ORDER BY id LIMIT $2
         ) page JOIN users u ON u.id = page.id ${ADDRESS} ORDER BY u.id`,
};

/** Pages through accounts in order of creation, all or those whose name or address starts with a text. */
export function createListUsers({ database }: { database: Database }) {
  return async function listUsers(request: {
    first: number;
    after: string | null;
    search: string | null;
  }): Promise<UserPage> {
    const after = request.after !== null && isUuid(request.after) ? request.after : START;
    const limit = request.first + 1;
    const search = request.search?.trim().normalize('NFC').toLowerCase();
    const rows = search
      ? await database.query<UserRow>(SEARCH, [after, limit, ...prefixRange(search)])
      : await database.query<UserRow>(PAGE, [after, limit]);
    return {
      users: rows.slice(0, request.first).map(toUserRecord),
      hasNextPage: rows.length > request.first,
    };
  };
}
