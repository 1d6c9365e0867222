import type { ClientBase } from 'pg';
import type { Catalogue } from './catalogue.js';
import type { Groups } from './groups.js';
import { insertRows } from './insert-rows.js';
import { ADA, ADMINISTRATOR } from './people.js';

/** Share of users in the first group, which is a company's "everyone": the many holders of a permission. */
const IN_EVERYONE = 0.6;

/** What users can be in and hold, in tables of this connection alone, numbered from 0. */
export async function listWhatCanBeGiven(
  client: ClientBase,
  { services, permissions, roles }: Catalogue,
  { groups }: Groups,
): Promise<void> {
  await client.query(`
    DROP TABLE IF EXISTS pg_temp.given_groups, pg_temp.given_roles, pg_temp.given_permissions;
    CREATE TEMP TABLE given_groups (place int PRIMARY KEY, id uuid, name text);
    CREATE TEMP TABLE given_roles (place int PRIMARY KEY, id uuid, name text);
    CREATE TEMP TABLE given_permissions (place int PRIMARY KEY, name text)`);
  const place = { place: ['int', ({ index }: { index: number }) => index] as [string, () => number] };
  const numbered = <T>(rows: T[]) => rows.map((row, index) => ({ row, index }));
  await insertRows(client, 'pg_temp.given_groups', numbered(groups), {
    ...place,
    id: ['uuid', ({ row }) => row.id],
    name: ['text', ({ row }) => row.name],
  });
  await insertRows(client, 'pg_temp.given_roles', numbered(roles), {
    ...place,
    id: ['uuid', ({ row }) => row.id],
    name: ['text', ({ row }) => row.name],
  });
  // The first one of each service is the right to manage it, which comes first in the list, too.
  await insertRows(client, 'pg_temp.given_permissions', numbered(permissions), {
    ...place,
    name: ['text', ({ row }) => row.name],
  });
  await client.query('ANALYZE pg_temp.given_groups, pg_temp.given_roles, pg_temp.given_permissions');
  if (permissions.length < services.length) throw new Error('a service without the permission to manage it');
}

/** Who takes part in what is dealt out: not the deleted, and not those who were there before the seed. */
const TAKES_PART = `pg_temp.user_status(n) <> 'DELETED' AND n <> ALL ($3::bigint[])`;

/** Most are in the first group; nearly all in another, early ones more likely than late ones; some in a third. */
export async function insertMemberships(
  client: ClientBase,
  range: [number, number],
  residents: number[],
  groups: number,
): Promise<void> {
  await client.query(
    `INSERT INTO group_members (user_id, group_id, added_by, created_at)
     SELECT DISTINCT pg_temp.user_id(n), g.id, pg_temp.user_id(${ADMINISTRATOR.n}), pg_temp.at(pg_temp.user_ms(n) + 60000)
     FROM generate_series($1::bigint, $2::bigint) n CROSS JOIN LATERAL pg_temp.draw('member', n) d
     CROSS JOIN LATERAL (VALUES
         (pg_temp.lot(d, 0) < ${IN_EVERYONE}, 0),
         (n <> ${ADA.n} AND pg_temp.lot(d, 1) < 0.9, 2 + floor(pg_temp.lot(d, 2) ^ 2 * ($4::int - 2))::int),
         (pg_temp.lot(d, 3) < 0.15, 1 + floor(pg_temp.lot(d, 4) ^ 2 * ($4::int - 1))::int),
         (n = ${ADA.n}, 0), (n = ${ADA.n}, 1)) AS membership (is_so, place)
     JOIN pg_temp.given_groups g ON g.place = least(membership.place, $4::int - 1)
     WHERE membership.is_so AND ${TAKES_PART}`,
    [...range, residents, groups],
  );
}

/** A moment between the account's beginning and now, and until when: a fifth is over, a fifth will be. */
const TIMES = `CROSS JOIN LATERAL (SELECT pg_temp.user_ms(n)
    + ((pg_temp.as_of() - pg_temp.user_ms(n)) * pg_temp.lot(d, 1))::bigint AS created) c
  CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.lot(d, 2) < 0.2
      THEN c.created + ((pg_temp.as_of() - c.created) * pg_temp.lot(d, 3))::bigint
    WHEN pg_temp.lot(d, 2) < 0.4 THEN pg_temp.as_of() + (180 * 86400000::bigint * (0.01 + pg_temp.lot(d, 3)))::bigint
    END AS expires) e`;

const REASON = `CASE WHEN pg_temp.lot(d, 4) < 0.3 THEN 'stands in for a colleague'
  WHEN pg_temp.lot(d, 4) < 0.7 THEN 'ticket ' || floor(pg_temp.lot(d, 4) * 100000)::int END`;

/** Roles of users themselves: three in a hundred have one. */
export async function insertRoleGrants(
  client: ClientBase,
  range: [number, number],
  residents: number[],
): Promise<void> {
  await client.query(
    `INSERT INTO role_grants (id, user_id, role_id, granted_by, reason, created_at, expires_at)
     SELECT pg_temp.id('role-grant', n, c.created), pg_temp.user_id(n), r.id, pg_temp.user_id(${ADMINISTRATOR.n}),
       ${REASON}, pg_temp.at(c.created), pg_temp.at(e.expires)
     FROM generate_series($1::bigint, $2::bigint) n CROSS JOIN LATERAL pg_temp.draw('role-grant', n) d
     ${TIMES}
     JOIN pg_temp.given_roles r
       ON r.place = floor(pg_temp.lot(d, 0) / 0.03 * (SELECT count(*) FROM pg_temp.given_roles))::int
     WHERE n > 2 AND pg_temp.lot(d, 0) < 0.03 AND ${TAKES_PART}`,
    [...range, residents],
  );
}

/** Whoever may do everything in Signet: the role that Signet's own migration makes. */
export async function insertAdministrator(client: ClientBase, residents: number[]): Promise<void> {
  if (residents.includes(ADMINISTRATOR.n)) return;
  await client.query(
    `INSERT INTO role_grants (id, user_id, role_id, reason, created_at)
     SELECT pg_temp.id('administrator', 1, pg_temp.user_ms(1)), pg_temp.user_id(1), id, 'administrator',
       pg_temp.at(pg_temp.user_ms(1))
     FROM roles WHERE lower(name) = 'administrator' AND service = 'signet'`,
  );
}

/** After the known people, one for each service holds the right to manage its permissions. */
export async function insertPermissionGrants(
  client: ClientBase,
  range: [number, number],
  residents: number[],
  { services, grantsPerUser }: { services: number; grantsPerUser: number },
): Promise<void> {
  await client.query(
    `INSERT INTO permission_grants (id, user_id, permission, granted_by, reason, created_at, expires_at)
     SELECT DISTINCT ON (n, p.name) pg_temp.id('permission-grant', slot, c.created), pg_temp.user_id(n), p.name,
       pg_temp.user_id(${ADMINISTRATOR.n}), CASE WHEN w.place < $4 THEN 'owns the service' ELSE ${REASON} END,
       pg_temp.at(c.created), CASE WHEN w.place >= $4 THEN pg_temp.at(e.expires) END
     FROM generate_series($1::bigint, $2::bigint) n
     CROSS JOIN LATERAL generate_series(0, floor($5::float8 + pg_temp.lot(pg_temp.draw('grants', n), 0))::int) s
     CROSS JOIN LATERAL (SELECT n * 1000 + s AS slot) numbered CROSS JOIN LATERAL pg_temp.draw('permission-grant', slot) d
     CROSS JOIN LATERAL (SELECT CASE WHEN s > 0
         THEN $4::int + floor(pg_temp.lot(d, 0) * ((SELECT count(*) FROM pg_temp.given_permissions) - $4::int))::int
         WHEN n BETWEEN 3 AND 2 + $4::int THEN (n - 3)::int END AS place) w
     ${TIMES}
     JOIN pg_temp.given_permissions p ON p.place = w.place
     WHERE n <> ${ADA.n} AND ${TAKES_PART}
     ORDER BY n, p.name, slot`,
    [...range, residents, services, grantsPerUser],
  );
}
