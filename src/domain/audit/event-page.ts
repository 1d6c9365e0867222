import { validate as isUuid } from 'uuid';
import type { Database } from '../../platform/database.js';

/** Which events: every condition that is given has to hold. */
export interface EventFilter {
  /** Whose account it is about. */
  userId?: string | null;
  /** Who did it. */
  actorId?: string | null;
  type?: string | null;
  /** From this moment on, in milliseconds as everything that an id knows of time. */
  since?: Date | null;
  /** Before this moment. */
  until?: Date | null;
}

/** An event as the doors read it: one row of the database, every field named. */
export interface EventRecord {
  id: string;
  occurredAt: Date;
  type: string;
  actorId: string | null;
  userId: string | null;
  sessionId: string | null;
  subjectKind: string | null;
  subjectName: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  details: Record<string, unknown>;
  ipAddress: string | null;
  userAgent: string | null;
  requestId: string | null;
}

const COLUMNS = `id, occurred_at AS "occurredAt", type, actor_id AS "actorId", user_id AS "userId",
  session_id AS "sessionId", subject_kind AS "subjectKind", subject_name AS "subjectName", "before", "after",
  details, ip_address AS "ipAddress", user_agent AS "userAgent", request_id AS "requestId"`;

/** Filters that an index begins with, each followed by the id: the one that leaves fewest events comes first. */
const EQUALITIES = { userId: 'user_id', actorId: 'actor_id', type: 'type' } as const;
type Equality = keyof typeof EQUALITIES;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const LAST_MS = 2 ** 48 - 1;

/**
 * Below every id of this moment and above every one before it. An event's id is a UUIDv7 of the time at which it
 * occurred (RFC 9562 §5.7), so a bound in time is a bound in the very order of each index.
 */
function firstIdOf(moment: Date): string {
  const ms = Math.min(Math.max(moment.getTime(), 0), LAST_MS);
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

export interface PageRequest {
  filter: EventFilter;
  order: 'newestFirst' | 'oldestFirst';
  /** The last event of the page before, in that order. */
  after: string | null;
  limit: number;
}

/** One page by one statement that reads an index from where the page begins. */
export async function readEvents(database: Database, request: PageRequest): Promise<EventRecord[]> {
  const { filter, order, limit } = request;
  if ([filter.userId, filter.actorId].some((id) => id != null && !isUuid(id))) return []; // it is nobody's
  const after = request.after?.toLowerCase() ?? null;
  // Text in lower case sorts as the ids do.
  const lows = [filter.since && firstIdOf(filter.since), order === 'oldestFirst' ? after : null];
  const highs = [filter.until && firstIdOf(filter.until), order === 'newestFirst' ? after : null];
  const given = (Object.keys(EQUALITIES) as Equality[]).filter((name) => filter[name] != null);
  return database.query<EventRecord>({ text: pageText(given, order) }, [
    lows.reduce<string>((low, bound) => (bound && bound > low ? bound : low), FIRST_ID),
    highs.reduce<string>((high, bound) => (bound && bound < high ? bound : high), LAST_ID),
    after ?? FIRST_ID, // which no event has
    limit,
    ...given.map((name) => filter[name]),
  ]);
}

/**
 * Comparing pairs of filter and id, instead of each by itself, leaves PostgreSQL no way to walk down the whole trail
 * in search of what may not be there: only the index of that pair has the order. Bounds are inclusive, and there is a
 * pair even where the id is alone, since otherwise PostgreSQL may expect next to nothing between the bounds, as it
 * does before a first ANALYZE, and would gather and sort all that is there for each page. Further filters are looked for among the
 * events that the first one leaves; IS TRUE keeps their indexes out, which hold far more of other people.
 */
function pageText(given: readonly Equality[], order: PageRequest['order']): string {
  const [lead, ...more] = given.map((name) => EQUALITIES[name]);
  const direction = order === 'newestFirst' ? 'DESC' : 'ASC';
  const pair = lead ? `(${lead}, id)` : '(id, 0)';
  const pairWith = (bound: string) => (lead ? `($5, ${bound})` : `(${bound}, 0)`);
  const conditions = [
    `${pair} >= ${pairWith('$1')} AND ${pair} <= ${pairWith('$2')}`,
    'id <> $3',
    ...more.map((column, index) => `(${column} = $${index + 6}) IS TRUE`),
  ];
  return `SELECT ${COLUMNS} FROM audit_events WHERE ${conditions.join(' AND ')}
          ORDER BY ${lead ? `${lead} ${direction}, ` : ''}id ${direction} LIMIT $4`;
}
