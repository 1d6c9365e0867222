import type { ClientBase } from 'pg';
import type { AuditEventType } from '../../src/domain/audit/index.js';
import { DAY_MS } from './lots.js';
import { ADMINISTRATOR } from './people.js';

/** The trail covers so many days before the seed's moment. */
const TRAIL_DAYS = 365;

type Kind = 'own' | 'unknown' | 'administrative' | 'role' | 'permission' | 'group';

/** How often an event happens, in a thousand, and who did it to what. */
const EVENTS: [type: AuditEventType, often: number, kind: Kind][] = [
  ['session.started', 440, 'own'],
  ['session.ended', 260, 'own'],
  ['login.failed', 170, 'unknown'],
  ['user.profile-updated', 15, 'own'],
  ['password.changed', 10, 'own'],
  ['user.created', 10, 'administrative'],
  ['user.suspended', 4, 'administrative'],
  ['user.reactivated', 2, 'administrative'],
  ['refresh-token.reused', 1, 'unknown'],
  ['role.granted', 28, 'role'],
  ['role.revoked', 12, 'role'],
  ['permission.granted', 16, 'permission'],
  ['permission.revoked', 8, 'permission'],
  ['group.member-added', 16, 'group'],
  ['group.member-removed', 8, 'group'],
];

const DETAILS: Partial<Record<AuditEventType, object>> = {
  'session.started': { amr: ['pwd'] },
  'session.ended': { reason: 'LOGOUT' },
  'login.failed': { reason: 'wrong credentials' },
  'user.profile-updated': { fields: ['name'] },
  'user.suspended': { from: 'ACTIVE', to: 'SUSPENDED' },
  'user.reactivated': { from: 'SUSPENDED', to: 'ACTIVE' },
  'refresh-token.reused': { generation: 3 },
};

/** The kinds of events with the lots that they win, in a table of this connection alone. */
export async function listEvents(client: ClientBase): Promise<void> {
  await client.query(`
    DROP TABLE IF EXISTS pg_temp.event_kinds;
    CREATE TEMP TABLE event_kinds (type text, kind text, details jsonb, from_lot float8, to_lot float8)`);
  let lot = 0;
  for (const [type, often, kind] of EVENTS) {
    await client.query('INSERT INTO pg_temp.event_kinds VALUES ($1, $2, $3, $4, $5)', [
      type,
      kind,
      JSON.stringify(DETAILS[type] ?? {}),
      lot / 1000,
      (lot + often) / 1000,
    ]);
    lot += often;
  }
  if (lot !== 1000) throw new Error(`the kinds of audit events share ${lot} lots of 1000`);
}

/**
 * Events at even distances in time, in the order of their ids. Early accounts have more of them than late ones;
 * whoever grants and suspends is the administrator or one of those who manage a service.
 */
export async function insertAuditEvents(
  client: ClientBase,
  range: [number, number],
  plan: { users: number; services: number; auditEvents: number },
): Promise<void> {
  await client.query(
    `INSERT INTO audit_events (id, occurred_at, type, actor_id, user_id, session_id, ip_address, user_agent,
       request_id, details, subject_kind, subject_name, "before", "after")
     SELECT pg_temp.id('event', n, ms), pg_temp.at(ms), k.type,
       CASE k.kind WHEN 'own' THEN u.id WHEN 'unknown' THEN NULL
         ELSE pg_temp.user_id(CASE WHEN pg_temp.lot(d, 4) < 0.5 THEN ${ADMINISTRATOR.n}
           ELSE least(3 + floor(pg_temp.lot(d, 3) * $5::int)::bigint, $4::bigint) END) END,
       u.id, CASE WHEN k.type LIKE 'session.%' THEN pg_temp.id('session', n, ms) END,
       '192.0.2.' || 1 + floor(pg_temp.lot(d, 3) * 250)::int,
       CASE WHEN pg_temp.lot(d, 4) < 0.7 THEN 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
         ELSE 'okhttp/5.1.0' END,
       pg_temp.id('request', n, ms)::text, k.details || CASE WHEN subject.group_id IS NULL THEN '{}' ELSE jsonb_build_object('groupId', subject.group_id) END,
       subject.kind, subject.name,
       CASE WHEN k.type LIKE '%.revoked' THEN fact END, CASE WHEN k.type LIKE '%.granted' THEN fact END
     FROM generate_series($1::bigint, $2::bigint) n CROSS JOIN LATERAL pg_temp.draw('event', n) d
     CROSS JOIN LATERAL (SELECT pg_temp.as_of() - ${TRAIL_DAYS * DAY_MS} + n * ${TRAIL_DAYS * DAY_MS} / ($3::bigint + 1) AS ms) t
     JOIN pg_temp.event_kinds k ON pg_temp.lot(d, 0) >= k.from_lot AND pg_temp.lot(d, 0) < k.to_lot
     CROSS JOIN LATERAL (SELECT pg_temp.user_id(1 + floor(pg_temp.lot(d, 1) ^ 2 * $4::bigint)::bigint) AS id) u
     LEFT JOIN LATERAL (SELECT k.kind, r.name, NULL::uuid AS group_id FROM pg_temp.given_roles r
         WHERE k.kind = 'role' AND r.place = floor(pg_temp.lot(d, 2) * (SELECT count(*) FROM pg_temp.given_roles))::int
       UNION ALL SELECT k.kind, p.name, NULL FROM pg_temp.given_permissions p
         WHERE k.kind = 'permission' AND p.place = floor(pg_temp.lot(d, 2) * (SELECT count(*) FROM pg_temp.given_permissions))::int
       UNION ALL SELECT k.kind, g.name, g.id FROM pg_temp.given_groups g
         WHERE k.kind = 'group' AND g.place = floor(pg_temp.lot(d, 2) * (SELECT count(*) FROM pg_temp.given_groups))::int
     ) subject ON true
     LEFT JOIN LATERAL (SELECT CASE WHEN subject.kind IN ('role', 'permission')
         THEN jsonb_build_object('reason', 'ticket ' || n % 10000, 'expiresAt', NULL) END AS fact) f ON true`,
    [...range, plan.auditEvents, plan.users, plan.services],
  );
}
