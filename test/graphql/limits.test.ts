import type { Person } from '../support/given.js';
import { recordStatements } from '../support/statements.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let admin: Person;
let statements: string[];
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  statements = recordStatements(app);
});
afterAll(() => app.close());

const send = (query: string, variables: object = {}) =>
  app.client.send(query, variables, { token: admin.accessToken });

/** Refused as a whole with this code, before anything ran; `message` says which limit it was. */
async function expectRefused(
  query: string,
  code: string,
  message: RegExp,
  variables: object = {},
): Promise<void> {
  statements.length = 0;
  const answer = await send(query, variables);
  expect(answer.codes).toContain(code);
  expect(answer.body.errors!.map((error) => error.message).join('\n')).toMatch(message);
  expect(answer.status).toBe(400);
  expect(answer.body.data).toBeUndefined();
  expect(statements).not.toContain('load-users');
}

const repeat = (times: number, make: (index: number) => string) =>
  Array.from({ length: times }, (_, i) => make(i)).join(' ');

describe('limits on an operation (GQ-1)', () => {
  it('refuse one that is too deep, with and without fragments', async () => {
    const deep = (levels: number) =>
      `{ __schema { types { fields { type ${'{ ofType '.repeat(levels)}{ name }${' }'.repeat(levels)} } } } }`;
    expect((await send(deep(9))).body.errors).toBeUndefined();
    await expectRefused(deep(20), 'GRAPHQL_VALIDATION_FAILED', /depth/i);
    const links = repeat(20, (i) => `fragment F${i} on __Type { ofType { ...F${i + 1} } }`);
    await expectRefused(
      `{ __schema { types { ...F0 } } } ${links} fragment F20 on __Type { name }`,
      'GRAPHQL_VALIDATION_FAILED',
      /depth/i,
    );
  });

  it('refuse many aliases, also when they are spread over fragments', async () => {
    expect((await send(`{ ${repeat(15, (i) => `a${i}: viewer { id }`)} }`)).body.errors).toBeUndefined();
    await expectRefused(
      `{ ${repeat(16, (i) => `a${i}: viewer { id }`)} }`,
      'GRAPHQL_VALIDATION_FAILED',
      /alias/i,
    );
    const spread = repeat(16, (i) => `...F${i}`);
    const fragments = repeat(16, (i) => `fragment F${i} on Query { a${i}: viewer { id } }`);
    await expectRefused(`{ ${spread} } ${fragments}`, 'GRAPHQL_VALIDATION_FAILED', /alias/i);
  });

  it('refuse many directives', async () => {
    const query = `{ viewer { ${repeat(51, () => 'id @include(if: true)')} } }`;
    await expectRefused(query, 'GRAPHQL_VALIDATION_FAILED', /directive/i);
  });

  it('refuse a text of too many tokens before it is read to its end', async () => {
    await expectRefused(`{ viewer { ${'id '.repeat(3000)} } }`, 'GRAPHQL_PARSE_FAILED', /tokens/i);
  });

  it('refuse a fragment that spreads itself, directly and around corners', async () => {
    for (const query of [
      '{ viewer { ...A } } fragment A on User { id ...A }',
      '{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...C } fragment C on User { ...A }',
      'mutation { ...A } fragment A on Mutation { logout { __typename } ...A }',
      'mutation { ...A } fragment A on Mutation { ...B } fragment B on Mutation { ...A logout { __typename } }',
    ])
      await expectRefused(query, 'GRAPHQL_VALIDATION_FAILED', /spread|itself|cycl|circular/i);
  });

  it.each([
    ['query', 'User', '{ viewer { ...F0 } }', 'id'],
    ['mutation', 'Mutation', 'mutation { ...F0 }', 'logout { __typename }'],
  ])('end at once for a %s whose fragments double at every level', async (_kind, type, start, leaf) => {
    const fragments = repeat(100, (i) => `fragment F${i} on ${type} { ...F${i + 1} ...F${i + 1} }`);
    const answer = await send(`${start} ${fragments} fragment F100 on ${type} { ${leaf} }`);
    expect(answer.status).toBe(400);
    expect(answer.codes).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

describe('the cost of an operation (GQ-1)', () => {
  const users = (first: string, fields: string) => `users(first: ${first}) { edges { node { ${fields} } } }`;

  it('multiplies lists: a page of users with their sessions fits, a page of everything many times does not', async () => {
    expect((await send(`{ ${users('100', 'id sessions { id device }')} }`)).body.errors).toBeUndefined();
    const page = users('100', 'id name email status createdAt sessions { id device ipAddress createdAt }');
    await expectRefused(`{ ${repeat(12, (i) => `a${i}: ${page}`)} }`, 'OPERATION_TOO_LARGE', /costs/);
  });

  it('counts the page size of a variable, and its default', async () => {
    const query = `query ($n: Int! = 100) { ${repeat(15, (i) => `a${i}: ${users('$n', 'id name email status createdAt picture emailVerified')}`)} }`;
    await expectRefused(query, 'OPERATION_TOO_LARGE', /costs/);
    await expectRefused(query, 'OPERATION_TOO_LARGE', /costs/, { n: 100 });
    expect((await send(query, { n: 1 })).body.errors).toBeUndefined();
  });

  it('is never lowered by a page size below zero', async () => {
    const page = users('100', 'id name email status createdAt sessions { id device ipAddress createdAt }');
    const pages = repeat(12, (i) => `a${i}: ${page}`);
    for (const first of ['-1', '-1000000', '-2147483648'])
      await expectRefused(
        `{ ${pages} minus: ${users(first, 'id name email')} }`,
        'OPERATION_TOO_LARGE',
        /costs/,
      );
  });

  it('counts references by their number', async () => {
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { id name picture status createdAt email emailVerified __typename a: id b: id } } }';
    const r = Array.from({ length: 1000 }, () => ({ __typename: 'User', id: admin.id }));
    await expectRefused(query, 'OPERATION_TOO_LARGE', /costs/, { r });
  });

  it('takes a page of at most 100 users, and of at least one', async () => {
    for (const first of ['101', '0', '-1'])
      expect((await send(`{ ${users(first, 'id')} }`)).codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('variables that do not fit', () => {
  const query =
    'query ($id: ID!, $n: Int! = 5) { user(id: $id) { id } users(first: $n) { edges { cursor } } }';

  it('are BAD_USER_INPUT with status 400, and nothing runs', async () => {
    for (const variables of [
      {},
      { id: null },
      { id: { a: 1 } },
      { id: ['x', 'y'] },
      { id: 'x', n: 'y' },
      { id: 'x', n: 1e12 },
    ]) {
      const answer = await send(query, variables);
      expect(answer.codes).toEqual(['BAD_USER_INPUT']);
      expect(answer.status).toBe(400);
    }
  });

  it('may be null where a default stands, and are then told as such', async () => {
    const answer = await send('query ($n: Int = 5) { users(first: $n) { edges { cursor } } }', { n: null });
    expect(answer.codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('limits on a body (GQ-6)', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${app.origin}/graphql`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it('refuse one that is too large with status 413', async () => {
    const answer = await post(
      JSON.stringify({ query: '{ viewer { id } }', extensions: { x: 'x'.repeat(300_000) } }),
    );
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('take JSON of any depth without harm', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const query = JSON.stringify('query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }');
    const references = await post(`{"query":${query},"variables":{"r":[${deep}]}}`);
    expect(await references.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    for (const member of ['variables', 'extensions']) {
      const answer = await post(`{"query":"{ viewer { id } }","${member}":{"x":${deep}}}`);
      expect(await answer.json()).toEqual({ data: { viewer: null } });
    }
    expect((await post(`{"query":${deep}}`)).status).toBe(400);
    expect((await post(deep)).status).toBe(400);
    expect((await send('{ viewer { id } }')).data).toEqual({ viewer: { id: admin.id } });
  });

  it('refuse members that would reach into prototypes', async () => {
    for (const body of [
      '{"query":"{ viewer { id } }","__proto__":{"x":1}}',
      '{"query":"{ viewer { id } }","variables":{"__proto__":{"x":1}}}',
      '{"query":"{ viewer { id } }","constructor":{"prototype":{"x":1}}}',
    ])
      expect((await post(body)).status).toBe(400);
  });
});
