import type { TestApp } from './test-app.js';

/** The first event of a seeded trail, and how far apart events are, in milliseconds. */
export const TRAIL_BEGINS = new Date('2026-01-01T00:00:00Z');
export const EVENT_GAP_MS = 10_000;

/** Ids of people in a seeded trail; only events know them. */
export const seededPerson = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
/** Acts in every tenth event. */
export const BUSY_ACTOR = seededPerson(1);
/** Of whom every fiftieth event is. */
export const BUSY_USER = seededPerson(2);

/**
 * Events straight into the database by one statement, ten seconds apart, with ids as Signet makes them: mostly
 * sign-ins of a thousand people, and some grants by a busy administrator.
 */
export function seedEvents(count: number, from = 0): string {
  const person = (n: string) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  return `
    INSERT INTO audit_events (id, occurred_at, type, actor_id, user_id, session_id, subject_kind, subject_name,
        "after", ip_address, user_agent, request_id, details)
      SELECT (lpad(to_hex(ms), 12, '0') || '7' || substr(hash, 1, 3) || 'a' || substr(hash, 4, 15))::uuid,
        to_timestamp(ms / 1000.0), type,
        CASE type WHEN 'login.failed' THEN NULL WHEN 'role.granted' THEN ${person('1')} ELSE person END,
        person, gen_random_uuid(),
        CASE type WHEN 'role.granted' THEN 'role' END, CASE type WHEN 'role.granted' THEN 'reviewer' END,
        CASE type WHEN 'role.granted' THEN '{"role": "reviewer"}'::jsonb END,
        '192.0.2.1', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'seeded-request', '{}'
      FROM (
        SELECT md5(n::text) AS hash, ${TRAIL_BEGINS.getTime()} + n::bigint * ${EVENT_GAP_MS} AS ms,
          CASE WHEN n % 10 = 7 THEN 'role.granted' WHEN n % 10 = 5 THEN 'login.failed'
            WHEN n % 1000 = 2 THEN 'user.registered' WHEN n % 2 = 0 THEN 'session.started'
            ELSE 'session.ended' END AS type,
          CASE WHEN n % 50 = 0 THEN ${person('2')} ELSE ${person('10 + n % 1000')} END AS person
        FROM generate_series(${from}, ${from + count - 1}) n) AS seeded`;
}

/** As many as a busy machine writes well within the time that a statement has. */
const BATCH = 25_000;

/** The same for a long trail. */
export async function seedTrail({ sql }: TestApp, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) await sql(seedEvents(Math.min(BATCH, count - from), from));
}
