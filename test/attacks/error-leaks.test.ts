import type { Person } from '../support/given.js';
import { sendRaw } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_INTROSPECTION: 'off' });
  ada = await app.given.user();
});
afterAll(() => app.close());

/** Words that only the inside knows: SQL, tables, constraints, files, libraries, stack traces. */
const INSIDE =
  /\b(select .* from|insert into|update sessions|relation|does not exist|constraint|duplicate key|violates|_foreign|_unique|_pkey|syntax error at|terminating|ECONN\w*|EPIPE|postgres|pg_|mikro|driverexception|stacktrace|node_modules|dist\/|src\/|\.ts:|\.js:|at \w+ \(|undefined|cannot read prop)/i;

const MASKED = 'Something went wrong on our side. Try again; if it stays, report the request id.';

/** An internal error, told in the one way; it is in the log under the request id that the client got. */
async function expectMasked(query: string, variables: object = {}, token?: string): Promise<void> {
  app.log.length = 0;
  const answer = await app.client.send(query, variables, { token });
  const requestId = answer.headers.get('x-request-id');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.codes).toContain('INTERNAL_SERVER_ERROR');
  for (const error of answer.body.errors!) {
    expect(error.message).toBe(MASKED);
    expect(error.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId });
  }
  expect(JSON.stringify(answer.body)).not.toMatch(INSIDE);
  const logged = app.log.map((line) => JSON.parse(line) as { event?: string; reqId?: string; err?: object });
  expect(logged).toContainEqual(
    expect.objectContaining({ event: 'graphql.internal-error', reqId: requestId, err: expect.anything() }),
  );
}

/** Runs `work` while a table has another name, so that every statement on it fails. */
async function without(table: string, work: () => Promise<void>): Promise<void> {
  await app.sql(`ALTER TABLE ${table} RENAME TO ${table}_away`);
  try {
    await work();
  } finally {
    await app.sql(`ALTER TABLE ${table}_away RENAME TO ${table}`);
  }
}

describe('an internal error (GQ-5, EN-7)', () => {
  it('of a resolver says nothing but its request id', async () => {
    await without('user_emails', async () => {
      await expectMasked('{ viewer { id } }', {}, ada.accessToken);
      await expectMasked('{ a: viewer { id } b: user(id: "x") { id } }', {}, ada.accessToken);
      const input = { email: ada.email, password: ada.password };
      await expectMasked('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', { input });
    });
    expect((await app.client.send('{ viewer { id } }', {}, { token: ada.accessToken })).data).toEqual({
      viewer: { id: ada.id },
    });
  });

  it('of a mutation in its transaction says nothing, and leaves nothing half done', async () => {
    const input = { email: app.given.email(), password: ada.password, name: 'x' };
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }';
    await without('audit_events', () => expectMasked(register, { input }));
    expect((await app.client.send(register, { input })).data).toEqual({
      register: { __typename: 'RegisterSuccess' },
    });
  });

  it('of a constraint says nothing of it', async () => {
    await app.sql('ALTER TABLE users ADD CONSTRAINT secret_rule_check CHECK (name <> $$Forbidden Name$$)');
    const update = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }';
    await expectMasked(update, { input: { name: 'Forbidden Name' } }, ada.accessToken);
  });

  it('while the token is verified says nothing', async () => {
    const [, claims, signature] = ada.accessToken.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'unknown' })).toString(
      'base64url',
    );
    await without('signing_keys', () =>
      expectMasked('{ viewer { id } }', {}, `${header}.${claims}.${signature}`),
    );
  });

  it('of a lost database connection says nothing, and the next request works again', async () => {
    const { pool } = app.identity.database;
    const connect = pool.connect.bind(pool);
    const lost = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432 user signet_owner'), {
      code: 'ECONNREFUSED',
    });
    pool.connect = (async () => Promise.reject(lost)) as unknown as typeof pool.connect;
    const query = pool.query.bind(pool);
    pool.query = (async () => Promise.reject(lost)) as unknown as typeof pool.query;
    try {
      await expectMasked('{ viewer { id } }', {}, ada.accessToken);
      await expectMasked('mutation { logout { __typename } }', {}, ada.accessToken);
    } finally {
      pool.connect = connect;
      pool.query = query;
    }
    const again = await app.client.send('{ viewer { id } }', {}, { token: ada.accessToken });
    expect(again.data).toEqual({ viewer: { id: ada.id } });
  });

  it('of a connection that PostgreSQL cut is no error for long', async () => {
    await app.sql(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const ask = () => app.client.send('{ viewer { id } }', {}, { token: ada.accessToken });
    // At most one request a pooled connection can meet one that is dead.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const answer = await ask();
      expect(JSON.stringify(answer.body)).not.toMatch(INSIDE);
      if (!answer.body.errors) break;
    }
    expect((await ask()).data).toEqual({ viewer: { id: ada.id } });
  });
});

describe('a faulty request', () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`${app.origin}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });

  it('is told what is wrong with it, and nothing of the inside', async () => {
    const bodies = [
      '{',
      '',
      'null',
      '5',
      '"x"',
      '{}',
      '{"query":5}',
      '{"query":""}',
      '{"query":"{"}',
      '{"query":"{ viewer }"}',
    ];
    const more = [
      '{"query":"{ viewer { id } }","variables":5}',
      '{"query":"{ viewer { id } }","operationName":5}',
      '{"query":"{ viewer { id } }","extensions":"x"}',
    ];
    for (const body of [...bodies, ...more]) {
      const response = await post(body);
      const text = await response.text();
      expect([body, response.status]).toEqual([body, 400]);
      expect(JSON.parse(text)).toMatchObject({
        errors: [{ extensions: { code: expect.stringMatching(/^[A-Z_]+$/) } }],
      });
      expect(text).not.toMatch(INSIDE);
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
    }
  });

  it('is told so at every other address and method too', async () => {
    for (const path of [
      '/nothing',
      '/graphql/x',
      '/.env',
      '/%zz',
      '/%00',
      `/${'x'.repeat(5000)}`,
      '/.well-known/x',
      '/metrics/x',
    ])
      for (const method of ['GET', 'POST', 'DELETE', 'TRACE']) {
        const answer = await sendRaw(app.origin, { method, path });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.text).not.toMatch(INSIDE);
      }
  });
});

describe('the schema, where introspection is off (GQ-1, EN-7)', () => {
  it('is not told by introspection', async () => {
    for (const query of [
      '{ __schema { types { name } } }',
      '{ __type(name: "User") { name } }',
      '{ ...F } fragment F on Query { __schema { types { name } } }',
    ]) {
      const answer = await app.client.send(query);
      expect(answer.body.data).toBeUndefined();
      expect(answer.codes).toContain('GRAPHQL_VALIDATION_FAILED');
    }
  });

  it('is not told by federation’s _service, however it is asked for', async () => {
    const queries = [
      '{ _service { sdl } }',
      '{ x: _service { sdl } }',
      '{ ... { _service { sdl } } }',
      '{ ... on Query { ... on Query { _service { sdl } } } }',
      '{ ...F } fragment F on Query { _service { sdl } }',
      '{ ...F } fragment F on Query { ...G } fragment G on Query { a: _service { b: sdl } }',
      'query ($yes: Boolean! = true) { _service @include(if: $yes) { sdl } }',
    ];
    for (const query of queries) {
      const answer = await app.client.send(query);
      expect(answer.codes).toEqual(['FORBIDDEN']);
      expect(JSON.stringify(answer.body)).not.toContain('type User');
    }
  });

  it('is not told by suggestions', async () => {
    for (const query of [
      '{ viewr { id } }',
      '{ viewer { emial } }',
      '{ users(frist: 1) { edges { cursor } } }',
      'mutation { logn { __typename } }',
      '{ viewer { ... on Usr { id } } }',
      'mutation { login(input: { emial: "x", email: "x", password: "x" }) { __typename } }',
    ]) {
      const answer = await app.client.send(query);
      expect(answer.codes).toContain('GRAPHQL_VALIDATION_FAILED');
      expect(JSON.stringify(answer.body)).not.toMatch(/did you mean/i);
    }
    const input = { emial: 'x', email: 'x', password: 'x' };
    const answer = await app.client.send(
      'mutation ($input: LoginInput!) { login(input: $input) { __typename } }',
      { input },
    );
    expect(answer.codes).toEqual(['BAD_USER_INPUT']);
    expect(JSON.stringify(answer.body)).not.toMatch(/did you mean/i);
  });
});
