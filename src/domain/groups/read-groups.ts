import type { Database } from '../../platform/database.js';
import type { PageRequest } from '../permissions/index.js';
import { toUserRecord, USER_COLUMNS, type UserRow } from '../users/user-record.js';
import type { UserPage } from '../users/index.js';

export interface GroupRecord {
  id: string;
  name: string;
  description: string | null;
  service: string | null;
  createdAt: Date;
  updatedAt: Date;
}

const GROUP = `g.id, g.name, g.description, g.service, g.created_at AS "createdAt", g.updated_at AS "updatedAt"`;
/** Comes before every id. */
const START = '00000000-0000-0000-0000-000000000000';

const LIST = {
  name: 'list-groups',
  text: `SELECT ${GROUP} FROM user_groups g
         WHERE g.id > $1 AND ($2::text IS NULL OR lower(g.name) LIKE $2) ORDER BY g.id LIMIT $3`,
};
const BY_ID = { name: 'groups-by-id', text: `SELECT ${GROUP} FROM user_groups g WHERE g.id = ANY($1)` };
const MEMBERS = {
  name: 'group-members',
  text: `SELECT ${USER_COLUMNS} FROM (
           SELECT m.user_id FROM group_members m WHERE m.group_id = $1 AND m.user_id > $2
           ORDER BY m.user_id LIMIT $3
         ) page JOIN users u ON u.id = page.user_id
         LEFT JOIN LATERAL (SELECT email, verified_at FROM user_emails WHERE user_id = u.id LIMIT 1) e ON true
         ORDER BY u.id`,
};
const INSIDE = {
  name: 'groups-inside',
  text: `SELECT n.group_id AS key, ${GROUP} FROM group_nestings n JOIN user_groups g ON g.id = n.member_group_id
         WHERE n.group_id = ANY($1) ORDER BY lower(g.name)`,
};
const AROUND = {
  name: 'groups-around',
  text: `SELECT n.member_group_id AS key, ${GROUP} FROM group_nestings n JOIN user_groups g ON g.id = n.group_id
         WHERE n.member_group_id = ANY($1) ORDER BY lower(g.name)`,
};
const OF_USERS = {
  name: 'groups-of-users',
  text: `SELECT m.user_id AS key, ${GROUP} FROM group_members m JOIN user_groups g ON g.id = m.group_id
         WHERE m.user_id = ANY($1) ORDER BY lower(g.name)`,
};

/** Reads of groups, each for many keys by one statement. */
export function createReadGroups({ database }: { database: Database }) {
  async function grouped(statement: typeof BY_ID, keys: readonly string[]) {
    const rows = await database.query<GroupRecord & { key: string }>(statement, [keys]);
    return Map.groupBy(rows, (row) => row.key) as Map<string, GroupRecord[]>;
  }
  return {
    async listGroups(page: PageRequest & { search: string | null }) {
      const search = page.search?.trim().normalize('NFC').toLowerCase();
      const pattern = search ? `%${search.replace(/[\\%_]/g, '\\$&')}%` : null;
      const rows = await database.query<GroupRecord>(LIST, [page.after ?? START, pattern, page.first + 1]);
      return { groups: rows.slice(0, page.first), hasNextPage: rows.length > page.first };
    },
    async groupsById(ids: readonly string[]): Promise<Map<string, GroupRecord>> {
      const rows = await database.query<GroupRecord>(BY_ID, [ids]);
      return new Map(rows.map((row) => [row.id, row]));
    },
    /** Direct members, whoever may sign in or not, in order of id. */
    async groupMembers(groupId: string, page: PageRequest): Promise<UserPage> {
      const rows = await database.query<UserRow>(MEMBERS, [groupId, page.after ?? START, page.first + 1]);
      return { users: rows.slice(0, page.first).map(toUserRecord), hasNextPage: rows.length > page.first };
    },
    groupsInside: (ids: readonly string[]) => grouped(INSIDE, ids),
    groupsAround: (ids: readonly string[]) => grouped(AROUND, ids),
    groupsOfUsers: (ids: readonly string[]) => grouped(OF_USERS, ids),
  };
}

export type ReadGroups = ReturnType<typeof createReadGroups>;
