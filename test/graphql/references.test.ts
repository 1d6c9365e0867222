import { randomUUID } from 'node:crypto';
import type { Person } from '../support/given.js';
import { ReferencesDocument } from '../support/operations.js';
import { statementsDuring, stopJobs } from '../support/statements.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** What gateways ask of a User in one go: all plain fields of the type. */
const ALL_PLAIN_FIELDS = 'id name picture status createdAt email emailVerified';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  stopJobs(app);
  ada = await app.given.user();
});
afterAll(() => app.close());

const reference = (id: unknown) => ({ __typename: 'User', id });

async function ask(
  representations: unknown[],
  selection = 'id name',
  token: string | null = ada.accessToken,
) {
  return app.client.send<{ _entities: any[] }, object>(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on User { ${selection} } } }`,
    { representations },
    token === null ? {} : { token },
  );
}

/** Accounts straight in the database, in no order: a thousand registrations would hash a thousand passwords. */
async function accounts(count: number): Promise<{ id: string; name: string }[]> {
  return app.sql(
    `INSERT INTO users (id, name, status, created_at, updated_at)
     SELECT gen_random_uuid(), 'Person ' || n, 'ACTIVE', now(), now() FROM generate_series(1, $1::int) n
     RETURNING id, name`,
    [count],
  );
}

describe('a page of references', () => {
  it('is one statement for 100 users, the check of the session included', async () => {
    const people = await accounts(100);
    const statements = await statementsDuring(app, async () => {
      const answer = await ask(
        people.map(({ id }) => reference(id)),
        'id name picture status createdAt',
      );
      expect(answer.data._entities).toHaveLength(100);
      expect(answer.data._entities[99]).toMatchObject(people[99]!);
    });
    expect(statements).toEqual(['load-users']);
  });

  it('is one more statement for each kind of thing that users have, however many users', async () => {
    const people = await accounts(100);
    const admin = await app.given.administrator();
    const statements = await statementsDuring(app, async () => {
      const selection = `${ALL_PLAIN_FIELDS} permissions { name } can(permission: "orders:refund") sessions { id }`;
      await ask(
        people.map(({ id }) => reference(id)),
        selection,
        admin.accessToken,
      ).then((answer) => answer.data);
    });
    expect(statements.sort()).toEqual(['list-sessions', 'load-permissions', 'load-users']);
  });

  it('keeps the order and answers duplicates each time', async () => {
    const people = await accounts(4);
    const ids = [3, 0, 0, 2, 1, 3].map((index) => people[index]!.id);
    const { _entities } = (await ask(ids.map(reference))).data;
    expect(_entities.map(({ id }) => id)).toEqual(ids);
    expect(_entities.map(({ name }) => name)).toEqual([3, 0, 0, 2, 1, 3].map((index) => people[index]!.name));
  });

  it('answers representations written into the operation, and an id in capitals', async () => {
    const literal = `{ _entities(representations: [{ __typename: "User", id: "${ada.id.toUpperCase()}" }]) { ... on User { id } } }`;
    const answer = await app.client.send<{ _entities: unknown[] }, object>(
      literal,
      {},
      { token: ada.accessToken },
    );
    expect(answer.data._entities).toEqual([{ id: ada.id }]);
  });

  it('has null, and no error, for ids that never were', async () => {
    const answer = await ask([reference(randomUUID()), reference(ada.id), reference('42'), reference('')]);
    expect(answer.body.errors).toBeUndefined();
    expect(answer.data._entities).toEqual([
      null,
      { __typename: 'User', id: ada.id, name: ada.name },
      null,
      null,
    ]);
  });

  it('shows a deleted user as a tombstone without personal data', async () => {
    const gone = await app.given.user({ name: 'Gone Person' });
    const admin = await app.given.administrator();
    await app.sql(`UPDATE users SET picture = 'https://example.com/gone.png' WHERE id = $1`, [gone.id]);
    await app.client.send(
      'mutation ($id: ID!) { deleteUser(input: { userId: $id }) { __typename } }',
      { id: gone.id },
      { token: admin.accessToken },
    );
    const [tombstone] = (await ask([reference(gone.id)], ALL_PLAIN_FIELDS, admin.accessToken)).data._entities;
    expect(tombstone).toEqual({
      __typename: 'User',
      id: gone.id,
      name: 'Deleted user',
      picture: null,
      status: 'DELETED',
      createdAt: expect.any(String),
      email: null,
      emailVerified: null,
    });
  });
});

describe('a bad representation', () => {
  it.each<[string, unknown]>([
    ['a number for an id', reference(42)],
    ['an object for an id', reference({ toString: 'x', eq: randomUUID() })],
    ['a list for an id', reference([randomUUID()])],
    ['true for an id', reference(true)],
    ['null for an id', reference(null)],
    ['no id', { __typename: 'User' }],
    ['an e-mail address for an id', { __typename: 'User', email: 'ada@example.com' }],
    ['SQL for an id', reference(`' OR true --`)],
    ['a NUL for an id', reference('\0')],
    ['200 KB of id', reference('x'.repeat(200_000))],
  ])('with %s is null and spoils no other', async (_title, bad) => {
    const answer = await ask([reference(ada.id), bad, reference(ada.id)]);
    expect(answer.body.errors).toBeUndefined();
    expect(answer.data._entities.map((entity) => entity?.id)).toEqual([ada.id, undefined, ada.id]);
  });

  it.each<[string, unknown]>([
    ['an unknown type', { __typename: 'Kettle', id: 1 }],
    ['a type of ours that is no entity', { __typename: 'UserSession', id: randomUUID() }],
    ['a type that is no text', { __typename: { User: true }, id: randomUUID() }],
    ['no type', { id: randomUUID() }],
    ['no fields', {}],
    ['a text in its place', 'User'],
    ['a list in its place', []],
  ])('of %s is BAD_USER_INPUT and spoils no other', async (_title, bad) => {
    const answer = await ask([reference(ada.id), bad, reference(ada.id)]);
    expect(answer.body.data!._entities.map((entity) => entity?.id)).toEqual([ada.id, undefined, ada.id]);
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors![0]).toMatchObject({
      path: ['_entities', 1],
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('with an id nested 50,000 deep is null and spoils no other', async () => {
    const depth = 50_000;
    const bad = `{"__typename":"User","id":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { id } } }';
    const response = await fetch(`${app.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.accessToken}` },
      body: `{"query":"${query}","variables":{"r":[${bad},${JSON.stringify(reference(ada.id))}]}}`,
    });
    expect(await response.json()).toEqual({ data: { _entities: [null, { id: ada.id }] } });
  });

  it('of a megabyte is refused as a whole before it is read', async () => {
    const answer = await ask([reference(ada.id), reference('x'.repeat(1024 * 1024))]);
    expect(answer.status).toBe(413);
    expect(answer.body.data).toBeUndefined();
  });
});

describe('many references', () => {
  it('are answered up to 1,000 at a time, with all plain fields', async () => {
    const people = await accounts(1000);
    const admin = await app.given.administrator();
    const statements = await statementsDuring(app, async () => {
      const references = people.map(({ id }) => reference(id));
      const { _entities } = (await ask(references, ALL_PLAIN_FIELDS, admin.accessToken)).data;
      expect(_entities.map(({ id }) => id)).toEqual(people.map(({ id }) => id));
    });
    expect(statements).toEqual(['load-users']);
  });

  it('are refused from 1,001, whether they are of somebody or not', async () => {
    const answer = await ask(Array.from({ length: 1001 }, () => reference(randomUUID())));
    expect(answer.codes).toEqual(['BAD_USER_INPUT']);
    expect(answer.body.data ?? null).toBeNull();
  });

  it('cannot be had by aliases: together they cost too much (GQ-1)', async () => {
    const representations = Array.from({ length: 1000 }, () => reference(ada.id));
    const aliases = Array.from(
      { length: 10 },
      (_, n) => `e${n}: _entities(representations: $r) { ... on User { id } }`,
    );
    const answer = await app.client.send(
      `query ($r: [_Any!]!) { ${aliases.join(' ')} }`,
      { r: representations },
      { token: ada.accessToken },
    );
    expect(answer.codes).toEqual(['OPERATION_TOO_LARGE']);
  });
});

describe('viewer', () => {
  it('is one statement, with permissions and references beside it', async () => {
    const people = await accounts(3);
    const statements = await statementsDuring(app, async () => {
      const answer = await app.client.send<any, object>(
        `query ($r: [_Any!]!) {
          viewer { ${ALL_PLAIN_FIELDS} permissions { name } can(permission: "orders:refund") }
          _entities(representations: $r) { ... on User { name } }
        }`,
        { r: people.map(({ id }) => reference(id)) },
        { token: ada.accessToken },
      );
      expect(answer.data.viewer).toMatchObject({ id: ada.id, email: ada.email, permissions: [], can: false });
      expect(answer.data._entities).toHaveLength(3);
    });
    expect(statements).toEqual(['load-users']);
  });

  it('is no statement at all without a token', async () => {
    const statements = await statementsDuring(app, async () => {
      expect((await app.client.send('{ viewer { id } }')).data).toEqual({ viewer: null });
    });
    expect(statements).toEqual([]);
  });
});

describe('the typed operation', () => {
  it('answers as the SDL says', async () => {
    const { _entities } = (
      await app.client.send(
        ReferencesDocument,
        { representations: [reference(ada.id)] },
        { token: ada.accessToken },
      )
    ).data;
    expect(_entities).toEqual([{ id: ada.id, name: ada.name, status: 'ACTIVE' }]);
  });
});
