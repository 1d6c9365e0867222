import type { EventFilter } from '../../src/domain/audit/index.js';
import {
  BUSY_ACTOR,
  BUSY_USER,
  EVENT_GAP_MS,
  TRAIL_BEGINS,
  seedTrail,
  seededPerson,
} from '../support/audit-events.js';
import type { Person } from '../support/given.js';
import { AuditEventsDocument } from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const EVENTS = 200_000;

let app: TestApp;
let auditor: Person;
beforeAll(async () => {
  app = await startTestApp();
  // Until a case asks for statistics there are none, as after a restore.
  await app.sql('ALTER TABLE audit_events SET (autovacuum_enabled = off)');
  await seedTrail(app, EVENTS);
  auditor = await app.given.user();
  await app.given.permission(auditor.id, 'signet:audit.read');
});
afterAll(() => app.close());

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** A statement with its values, as it was sent. */
type Sent = [text: string, values: unknown[]];

/** What `work` asks of the audit trail. */
async function auditStatements(work: () => Promise<unknown>): Promise<Sent[]> {
  const { database } = app.identity;
  const { query } = database;
  const sent: Sent[] = [];
  database.query = (statement, values) => {
    if (statement.text.includes('FROM audit_events')) sent.push([statement.text, values]);
    return query(statement, values);
  };
  try {
    await work();
  } finally {
    database.query = query;
  }
  return sent;
}

/** How PostgreSQL executes it, every step of the plan in one list. */
async function planOf([text, values]: Sent): Promise<PlanNode[]> {
  const [row] = await app.sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
    values,
  );
  const steps = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(steps)];
  return steps(row!['QUERY PLAN'][0].Plan);
}

const momentOf = (n: number) => new Date(TRAIL_BEGINS.getTime() + n * EVENT_GAP_MS);
const times: [name: string, times: EventFilter][] = [
  ['of all time', {}],
  ['since', { since: momentOf(150_000) }],
  ['until', { until: momentOf(50_000) }],
  ['since and until', { since: momentOf(90_000), until: momentOf(110_000) }],
];

/** What a page is read from, by the first of its filters. */
const INDEXES = {
  none: 'audit_events_pkey',
  userId: 'audit_events_user_id_id_index',
  actorId: 'audit_events_actor_id_id_index',
  type: 'audit_events_type_id_index',
};

/** Every combination of the other filters: people of few and of many events, types of few and of many. */
const filters: [name: string, filter: EventFilter, most: number][] = [
  ['no filter', {}, 0],
  ...(['userId', 'actorId'] as const).flatMap((name): [string, EventFilter, number][] => [
    [`${name} of somebody`, { [name]: seededPerson(17) }, 0],
    [`${name} of nobody`, { [name]: seededPerson(999_999) }, 0],
    [`${name} of somebody and a type`, { [name]: seededPerson(17), type: 'login.failed' }, 1_000],
  ]),
  ['userId of a busy one', { userId: BUSY_USER }, 0],
  ['actorId of a busy one', { actorId: BUSY_ACTOR }, 0],
  ['a frequent type', { type: 'session.started' }, 0],
  ['a rare type', { type: 'user.registered' }, 0],
  ['a type that never was', { type: 'service.removed' }, 0],
  ['userId and actorId', { userId: seededPerson(17), actorId: BUSY_ACTOR }, 1_000],
  ['all three', { userId: seededPerson(17), actorId: BUSY_ACTOR, type: 'role.granted' }, 1_000],
  // The worst of all: a busy actor who never did such a thing. Their own events are read, and nobody else's.
  ['a busy actorId and a type of others', { actorId: BUSY_ACTOR, type: 'session.started' }, EVENTS / 10],
];

const cases = filters.flatMap(([filterName, filter, most]) =>
  times.map(([timeName, time]) => ({
    title: `${filterName}, ${timeName}`,
    filter: { ...filter, ...time },
    most,
  })),
);

describe.each([
  ['before a first ANALYZE', 'SELECT 1'],
  ['with statistics', 'ANALYZE audit_events'],
])(`a page of ${EVENTS} events, %s`, (_title, prepare) => {
  beforeAll(() => app.sql(prepare));

  it.each(cases)('is read from its place in an index: $title', async ({ filter, most }) => {
    const { since, until, ...people } = filter;
    const lead = (['userId', 'actorId', 'type'] as const).find((name) => filter[name]) ?? 'none';
    const variables = { ...people, since: since?.toISOString(), until: until?.toISOString() };
    const newestFirst = await auditStatements(async () => {
      const { edges } = (
        await app.client.send(AuditEventsDocument, variables, { token: auditor.accessToken })
      ).data.auditEvents;
      expect(edges.length).toBeLessThanOrEqual(20);
    });
    const oldestFirst = await auditStatements(() => app.identity.exportEvents(filter, null).next());
    expect([newestFirst.length, oldestFirst.length]).toEqual([1, 1]);
    for (const [sent, limit] of [
      [newestFirst[0]!, 21],
      [oldestFirst[0]!, 1000],
    ] as const) {
      const plan = await planOf(sent);
      // Either the index has the order, or it finds so few that all are read and sorted.
      const steps = plan.map((step) => step['Node Type']);
      expect([
        ['Limit', 'Index Scan'],
        ['Limit', 'Sort', 'Bitmap Heap Scan', 'Bitmap Index Scan'],
      ]).toContainEqual(steps);
      expect(plan.at(-1)!['Index Name']).toBe(INDEXES[lead]);
      for (const step of plan) expect(step['Rows Removed by Filter'] ?? 0).toBeLessThanOrEqual(most + 1); // the last of the page before
      // An event and its place in the index: two blocks each at worst, and a few on the way down.
      expect(plan[0]!['Shared Hit Blocks'] + plan[0]!['Shared Read Blocks']).toBeLessThan(
        2 * (limit + most) + 50,
      );
    }
  });
});
