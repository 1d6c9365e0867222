import { encodeCursor } from '../../src/graphql/cursor.js';

/** Whom and what the operations ask about: the same places in a database of any size. */
export interface Subjects {
  /** A permission that most users hold, through the group of everyone. */
  common: string;
  /** One that a few hold, by several ways. */
  rare: string;
  role: string;
  /** Somebody with ordinary roles. */
  userId: string;
  /** Somebody with many events. */
  busyUserId: string;
  everyoneId: string;
  /** Positions four fifths into a list of all users, and of all events. */
  deepUser: string;
  deepEvent: string;
  deepEventOfBusyUser: string;
  since: string;
  until: string;
}

export interface Operation {
  name: string;
  query: string;
  variables(subjects: Subjects): Record<string, unknown>;
  /** Who asks; an administrator where somebody's own rights would not do. */
  asAdministrator: boolean;
}

type Sql = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

/** Looks for them in a seeded database. */
export async function findSubjects(sql: Sql): Promise<Subjects> {
  const value = async (text: string, values: unknown[] = []) =>
    (await sql<{ value: string }>(`SELECT (${text})::text AS value`, values))[0]!.value;
  const busyUserId = await value(`SELECT user_id FROM user_emails WHERE address = 'ada@example.com'`);
  const deep = (table: string, order: string, where = 'true') =>
    `SELECT id FROM ${table} WHERE ${where} ORDER BY id ${order} LIMIT 1
     OFFSET (SELECT count(*) * 4 / 5 FROM ${table} WHERE ${where})`;
  const moment = (
    part: number,
  ) => `SELECT to_char((min(occurred_at) + (max(occurred_at) - min(occurred_at)) / ${part})
    AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM audit_events`;
  return {
    common: 'orders:sign-in',
    rare: 'orders:refund',
    role: 'employee',
    userId:
      await value(`SELECT m.user_id FROM group_members m JOIN users u ON u.id = m.user_id AND u.status = 'ACTIVE'
      WHERE m.user_id > (${deep('users', 'ASC')}) ORDER BY m.user_id LIMIT 1`),
    busyUserId,
    everyoneId: await value(`SELECT id FROM user_groups WHERE name = 'Everyone'`),
    deepUser: encodeCursor(await value(deep('users', 'ASC'))),
    deepEvent: encodeCursor(await value(deep('audit_events', 'DESC'))),
    deepEventOfBusyUser: encodeCursor(await value(deep('audit_events', 'DESC', `user_id = '${busyUserId}'`))),
    since: await value(moment(3)),
    until: await value(moment(2)),
  };
}

const PAGE = '{ edges { node { id } } pageInfo { hasNextPage endCursor } }';
const holders =
  'query ($name: String!, $after: String) { permission(name: $name) { holders(first: 20, after: $after) ' +
  PAGE +
  ' } }';
const events =
  'query ($after: String, $userId: ID, $actorId: ID, $type: String, $since: DateTime, $until: DateTime) { auditEvents(first: 20, ' +
  'after: $after, userId: $userId, actorId: $actorId, type: $type, since: $since, until: $until) { edges { node { id type } } } }';
const users = `query ($after: String, $search: String) { users(first: 20, after: $after, search: $search) ${PAGE} }`;

const own = (name: string, query: string, variables: Operation['variables'] = () => ({})): Operation => ({
  name,
  query,
  variables,
  asAdministrator: false,
});
const asked = (name: string, query: string, variables: Operation['variables'] = () => ({})): Operation => ({
  name,
  query,
  variables,
  asAdministrator: true,
});

/** What people and their administrators ask about permissions and the trail, by the name that tables show. */
export const OPERATIONS: Operation[] = [
  own('viewer { permissions }', '{ viewer { permissions { name } } }'),
  own('viewer { can }', 'query ($p: String!) { viewer { can(permission: $p) } }', ({ common }) => ({
    p: common,
  })),
  own('viewer { roles grants groups }', '{ viewer { roles { name } grants { id } groups { id } } }'),
  asked(
    'permissionCheck',
    'query ($userId: ID!, $p: String!) { permissionCheck(userId: $userId, permission: $p) { allowed explanation paths { role { name } group { name } grantedBy { id } } } }',
    ({ userId, common }) => ({ userId, p: common }),
  ),
  asked('holders of what few hold', holders, ({ rare }) => ({ name: rare })),
  asked('holders of what most hold', holders, ({ common }) => ({ name: common })),
  asked('holders of what most hold, a deep page', holders, ({ common, deepUser }) => ({
    name: common,
    after: deepUser,
  })),
  asked(
    'grants of a role',
    'query ($name: String!) { role(name: $name) { grants { edges { node { id } } } } }',
    ({ role }) => ({ name: role }),
  ),
  asked(
    'members of a group, a deep page',
    `query ($id: ID!, $after: String) { userGroup(id: $id) { members(first: 20, after: $after) ${PAGE} } }`,
    ({ everyoneId, deepUser }) => ({ id: everyoneId, after: deepUser }),
  ),
  asked('groups by name', `{ userGroups(search: "sales") ${PAGE} }`),
  asked('auditEvents', events),
  asked('auditEvents, a deep page', events, ({ deepEvent }) => ({ after: deepEvent })),
  asked('auditEvents of a user', events, ({ busyUserId }) => ({ userId: busyUserId })),
  asked('auditEvents of a user, a deep page', events, ({ busyUserId, deepEventOfBusyUser }) => ({
    userId: busyUserId,
    after: deepEventOfBusyUser,
  })),
  asked('auditEvents of a common type, a deep page', events, ({ deepEvent }) => ({
    type: 'session.started',
    after: deepEvent,
  })),
  asked('auditEvents of a rare type', events, () => ({ type: 'refresh-token.reused' })),
  asked('auditEvents of a user and a type', events, ({ busyUserId }) => ({
    userId: busyUserId,
    type: 'role.granted',
  })),
  asked('auditEvents of a time', events, ({ since, until }) => ({ since, until })),
  asked('auditEvents of a type and a time', events, ({ since, until }) => ({
    type: 'role.granted',
    since,
    until,
  })),
  asked('users', users),
  asked('users, a deep page', users, ({ deepUser }) => ({ after: deepUser })),
  asked('users by name', users, () => ({ search: 'Grace Ho' })),
  asked('users by address', users, () => ({ search: 'ada@example.com' })),
  asked('users by a letter', users, () => ({ search: 'm' })),
];
