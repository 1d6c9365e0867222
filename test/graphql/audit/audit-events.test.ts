import { randomUUID } from 'node:crypto';
import { recordEvents, type AuditEntry } from '../../../src/domain/audit/index.js';
import { EVENT_GAP_MS, TRAIL_BEGINS, seedEvents, seededPerson } from '../../support/audit-events.js';
import type { Person } from '../../support/given.js';
import {
  AuditEventsDocument,
  DeleteUserDocument,
  type AuditEventsQuery,
  type AuditEventsQueryVariables,
} from '../../support/operations.js';
import { statementsDuring, stopJobs } from '../../support/statements.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let auditor: Person;
beforeEach(async () => {
  app = await startTestApp();
  auditor = await app.given.user();
  await app.given.permission(auditor.id, 'signet:audit.read');
});
afterEach(() => app.close());

const send = (variables: AuditEventsQueryVariables, token = auditor.accessToken) =>
  app.client.send(AuditEventsDocument, variables, { token });
const ask = async (variables: AuditEventsQueryVariables) => (await send(variables)).data.auditEvents;
const idsOf = ({ edges }: AuditEventsQuery['auditEvents']) => edges.map(({ node }) => node.id);

/** Writes events as use cases do. */
const record = (...entries: AuditEntry[]) =>
  app.identity.database.transaction((tx) =>
    recordEvents(
      tx,
      app.clock.now(),
      { ipAddress: '198.51.100.7', userAgent: 'Browser/1', requestId: 'request-0001' },
      entries,
    ),
  );

describe('auditEvents', () => {
  it('says who did what to whom, and what stood there before and after', async () => {
    const ada = await app.given.user();
    const sessionId = randomUUID();
    await record({
      type: 'role.changed',
      actorId: auditor.id,
      userId: ada.id,
      sessionId,
      subject: { kind: 'role', name: 'reviewer' },
      before: { permissions: ['orders:read'] },
      after: { permissions: ['orders:read', 'orders:refund'], description: null },
      details: { reason: 'holidays' },
    });
    const { edges } = await ask({ type: 'role.changed' });
    expect(edges.map(({ node }) => node)).toEqual([
      {
        id: expect.any(String),
        occurredAt: app.clock.now().toISOString(),
        type: 'role.changed',
        actor: { id: auditor.id, name: auditor.name, status: 'ACTIVE' },
        user: { id: ada.id, name: ada.name, status: 'ACTIVE' },
        sessionId,
        subjectKind: 'role',
        subjectName: 'reviewer',
        before: { permissions: ['orders:read'] },
        after: { permissions: ['orders:read', 'orders:refund'], description: null },
        details: { reason: 'holidays' },
        ipAddress: '198.51.100.7',
        userAgent: 'Browser/1',
        requestId: 'request-0001',
      },
    ]);
  });

  it('has null, in the answer and in the database, for what an event does not say', async () => {
    await record({ type: 'role.deleted', actorId: null, userId: null });
    const [edge] = (await ask({ first: 1 })).edges;
    expect(edge!.node).toMatchObject({
      ...{ actor: null, user: null, sessionId: null, subjectKind: null, subjectName: null },
      ...{ before: null, after: null, details: {} },
    });
    const columns = ['subject_kind', 'subject_name', '"before"', '"after"'];
    const rows = await app.sql(
      `SELECT 1 FROM audit_events WHERE id = $1 AND ${columns.map((name) => `${name} IS NULL`).join(' AND ')}`,
      [edge!.node.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('shows the newest first, and those of one transaction in the order in which they were written', async () => {
    await record(
      ...(['group.created', 'group.changed', 'group.deleted'] as const).map((type) => ({
        type,
        actorId: null,
        userId: null,
      })),
    );
    app.clock.advance(1);
    await record({ type: 'role.created', actorId: null, userId: null });
    const { edges } = await ask({ first: 4 });
    expect(edges.map(({ node }) => node.type)).toEqual([
      'role.created',
      'group.deleted',
      'group.changed',
      'group.created',
    ]);
  });

  it('names deleted people by their ids, which stay', async () => {
    const ada = await app.given.user();
    const admin = await app.given.administrator();
    await app.client.send(DeleteUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken });
    const { edges } = await ask({ userId: ada.id, type: 'user.registered' });
    const tombstone = { id: ada.id, name: 'Deleted user', status: 'DELETED' };
    expect(edges.map(({ node }) => node)).toEqual([
      expect.objectContaining({ actor: tombstone, user: tombstone, ipAddress: null, userAgent: null }),
    ]);
  });

  it('shows of people only what the caller may see of them', async () => {
    const ada = await app.given.user();
    const answer = await app.client.send<any, object>(
      'query ($id: ID!) { auditEvents(userId: $id, first: 1) { edges { node { actor { name email } } } } }',
      { id: ada.id },
      { token: auditor.accessToken },
    );
    expect(answer.codes).toEqual(['FORBIDDEN']);
    expect(answer.body.data.auditEvents.edges[0].node.actor).toEqual({ name: ada.name, email: null });
  });

  it('reads a page of a hundred events, and everybody in it, by three statements', async () => {
    await app.sql(seedEvents(200));
    await app.sql(
      `INSERT INTO users (id, name, status, created_at, updated_at)
       SELECT DISTINCT user_id, 'Person', 'ACTIVE', now(), now() FROM audit_events WHERE request_id = 'seeded-request'`,
    );
    stopJobs(app);
    const until = new Date(TRAIL_BEGINS.getTime() + 200 * EVENT_GAP_MS).toISOString();
    const statements = await statementsDuring(app, async () => {
      const { edges } = await ask({ first: 100, until });
      expect(new Set(edges.map(({ node }) => node.user?.id)).size).toBeGreaterThan(50);
    });
    expect(statements).toHaveLength(3);
  });

  it('needs signet:audit.read, which no other permission gives', async () => {
    const eve = await app.given.user();
    expect((await send({}, '')).codes).toEqual(['UNAUTHENTICATED']);
    expect((await send({}, eve.accessToken)).codes).toEqual(['FORBIDDEN']);
    expect((await send({ userId: eve.id, actorId: eve.id }, eve.accessToken)).codes).toEqual(['FORBIDDEN']);
    for (const other of ['users.read', 'users.manage', 'permissions.read', 'permissions.manage'])
      await app.given.permission(eve.id, `signet:${other}`);
    expect((await send({}, eve.accessToken)).codes).toEqual(['FORBIDDEN']);
    await app.given.permission(eve.id, 'signet:audit.read');
    expect((await send({}, eve.accessToken)).codes).toEqual([]);
  });
});

describe('a page of auditEvents', () => {
  it('has 20 events by default and 100 at most', async () => {
    await app.sql(seedEvents(150));
    expect((await ask({})).edges).toHaveLength(20);
    expect((await ask({ first: 100 })).edges).toHaveLength(100);
    for (const first of [0, -1, 101]) expect((await send({ first })).codes).toEqual(['BAD_USER_INPUT']);
  });

  it('is followed by the next to the end of the trail, without a gap or a double, while events are added', async () => {
    await app.sql(seedEvents(250));
    const atFirst = await app.sql<{ id: string }>('SELECT id FROM audit_events ORDER BY id DESC');
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: AuditEventsQuery['auditEvents'] = await ask({ first: 7, after });
      expect(page.pageInfo).toMatchObject({
        hasPreviousPage: after !== null,
        startCursor: page.edges[0]!.cursor,
        endCursor: page.edges.at(-1)!.cursor,
      });
      seen.push(...idsOf(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor! : null;
      app.clock.advance(1);
      await record({ type: 'login.failed', actorId: null, userId: null });
    } while (after);
    expect(seen).toEqual(atFirst.map(({ id }) => id));
  });

  it('has no next one when the last is exactly full', async () => {
    await app.sql(seedEvents(40));
    const filter = { type: 'login.failed' };
    expect((await ask({ ...filter, first: 4 })).pageInfo.hasNextPage).toBe(false);
    expect((await ask({ ...filter, first: 3 })).pageInfo.hasNextPage).toBe(true);
    expect(await ask({ type: 'service.removed' })).toMatchObject({
      edges: [],
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
    });
  });

  it.each(['', 'no cursor', 'MQ', '01890000-0000-7000-8000-000000000000', "'; DROP TABLE audit_events --"])(
    'refuses %j as a cursor',
    async (after) => expect((await send({ after })).codes).toEqual(['BAD_USER_INPUT']),
  );

  it('costs what its events cost: many large pages at once are refused', async () => {
    const selection =
      '(first: 100) { edges { node { id type actor { id name } user { id name } details before after } } }';
    const pages = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `p${index}: auditEvents${selection}`).join(' ')} }`;
    const cost = async (document: string) =>
      (await app.client.send(document, {}, { token: auditor.accessToken })).codes;
    expect(await cost(pages(5))).toEqual([]);
    expect(await cost(pages(10))).toEqual(['OPERATION_TOO_LARGE']);
    expect(await cost(pages(10).replace('first: 100', 'first: -10000'))).toEqual(['OPERATION_TOO_LARGE']);
  });
});

interface StoredEvent {
  id: string;
  occurred_at: string;
  type: string;
  actor_id: string | null;
  user_id: string | null;
}

/** Every subset of the entries of an object. */
function subsets(given: AuditEventsQueryVariables): AuditEventsQueryVariables[] {
  return Object.entries(given).reduce<AuditEventsQueryVariables[]>(
    (sets, [name, value]) => sets.flatMap((set) => [set, { ...set, [name]: value }]),
    [{}],
  );
}

describe('filters of auditEvents', () => {
  const momentOf = (n: number) => new Date(TRAIL_BEGINS.getTime() + n * EVENT_GAP_MS).toISOString();

  it('hold in any combination, as if every event had been looked at', async () => {
    await app.sql(seedEvents(3000));
    const all = await app.sql<StoredEvent>(
      `SELECT id, to_json(occurred_at AT TIME ZONE 'UTC') #>> '{}' || 'Z' AS occurred_at, type, actor_id, user_id
       FROM audit_events ORDER BY id DESC`,
    );
    const people = { userId: seededPerson(17), actorId: seededPerson(1) };
    const times = { since: momentOf(500), until: momentOf(2007) };
    const combinations = [
      ...subsets({ ...people, type: 'role.granted', ...times }),
      ...subsets({ ...people, type: 'session.started', ...times }),
    ];
    for (const filter of combinations) {
      const { since, until } = filter;
      const expected = all.filter(
        (event) =>
          (!filter.userId || event.user_id === filter.userId) &&
          (!filter.actorId || event.actor_id === filter.actorId) &&
          (!filter.type || event.type === filter.type) &&
          (!since || Date.parse(event.occurred_at) >= Date.parse(since)) &&
          (!until || Date.parse(event.occurred_at) < Date.parse(until)),
      );
      const first = await ask({ ...filter, first: 30 });
      const found = idsOf(first);
      if (first.pageInfo.hasNextPage)
        found.push(...idsOf(await ask({ ...filter, first: 30, after: first.pageInfo.endCursor! })));
      expect({ filter, found }).toEqual({ filter, found: expected.slice(0, 60).map(({ id }) => id) });
    }
  });

  it('of time hold to the millisecond: from `since` on, and before `until`', async () => {
    await app.sql(seedEvents(10));
    const moments = async (filter: AuditEventsQueryVariables) =>
      (await ask(filter)).edges.map(({ node }) => node.occurredAt);
    const [third, fifth] = [momentOf(3), momentOf(5)];
    const shifted = (moment: string, ms: number) => new Date(Date.parse(moment) + ms).toISOString();
    expect(await moments({ since: third, until: fifth })).toEqual([momentOf(4), third]);
    expect(await moments({ since: shifted(third, 1), until: shifted(fifth, 1) })).toEqual([
      fifth,
      momentOf(4),
    ]);
    expect(await moments({ since: third, until: third })).toEqual([]);
    expect(await moments({ since: fifth, until: third })).toEqual([]);
    // Before and after every time that an id can hold.
    expect(await moments({ until: '1960-01-01T00:00:00Z' })).toEqual([]);
    expect((await moments({ since: '1960-01-01T00:00:00Z', until: fifth })).length).toBe(5);
    expect(await moments({ since: '9999-12-31T23:59:59Z' })).toEqual([]);
  });

  it.each([
    'role',
    'Role.granted',
    '',
    'constructor',
    '__proto__',
    "role.granted' OR true --",
    'role.granted\u0000',
  ])('refuse %j as a type', async (type) => expect((await send({ type })).codes).toEqual(['BAD_USER_INPUT']));

  it('find nothing for an id that belongs to nobody, in whatever form', async () => {
    for (const id of [randomUUID(), 'nobody', '', "' OR true --", '\0'])
      for (const filter of [{ userId: id }, { actorId: id }]) expect((await ask(filter)).edges).toEqual([]);
    expect((await ask({ userId: auditor.id.toUpperCase() })).edges.length).toBeGreaterThan(0);
  });

  it('count as none when they are null', async () => {
    const nothing = { after: null, userId: null, actorId: null, type: null, since: null, until: null };
    expect(idsOf(await ask(nothing))).toEqual(idsOf(await ask({})));
    expect((await ask(nothing)).edges.length).toBeGreaterThan(0);
  });
});
