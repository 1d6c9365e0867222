import { GOOD_PASSWORD, type Person } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(() => app.close());

const guess = (alias: string, password = 'a wrong guess at it', email = ada.email) =>
  `${alias}: login(input: { email: "${email}", password: "${password}" }) { __typename ... on LoginSuccess { tokens { accessToken } } }`;

/** How often somebody tried to sign in, by the audit trail: the count of verified passwords. */
async function attempts(): Promise<number> {
  const types = ['login.failed', 'session.started'];
  const [row] = await app.sql<{ count: number }>(
    'SELECT count(*)::int AS count FROM audit_events WHERE user_id = $1 AND type = ANY($2)',
    [ada.id, types],
  );
  return row!.count - 1; // the session of the registration
}

/** The request is refused as a whole: no guess was looked at. */
async function expectRefused(query: string, body: object = {}): Promise<void> {
  const answer = await post({ query, ...body });
  expect(answer.status).toBe(400);
  expect(answer.text).not.toContain('"data"');
  expect(answer.text).not.toContain('accessToken');
  expect(await attempts()).toBe(0);
}

async function post(body: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(`${app.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

describe('many guesses in one request (BF-4)', () => {
  it('are refused as aliases of one field, from the second on', async () => {
    await expectRefused(`mutation { ${guess('a')} ${guess('b')} }`);
    await expectRefused(`mutation { ${guess('a')} ${guess('b', ada.password)} }`);
    const hundred = Array.from({ length: 100 }, (_, index) => guess(`a${index}`, `guess ${index}`));
    await expectRefused(`mutation { ${hundred.join('\n')} }`);
  });

  it('are refused over different credential mutations', async () => {
    const others = [
      `refresh(input: { refreshToken: "${ada.refreshToken}" }) { __typename }`,
      `register(input: { email: "${app.given.email()}", password: "${GOOD_PASSWORD}", name: "x" }) { __typename }`,
      `changePassword(input: { currentPassword: "x", newPassword: "y" }) { __typename }`,
    ];
    for (const other of others) {
      await expectRefused(`mutation { ${guess('a')} ${other} }`);
      await expectRefused(`mutation { ${other} ${guess('a')} }`);
      await expectRefused(`mutation { a: ${other} b: ${other} }`);
    }
  });

  it('are refused behind fragments, named, inline and nested', async () => {
    await expectRefused(
      `mutation { ...A ...B } fragment A on Mutation { ${guess('a')} } fragment B on Mutation { ${guess('b')} }`,
    );
    await expectRefused(`mutation { ... on Mutation { ${guess('a')} } ... { ${guess('b')} } }`);
    await expectRefused(
      `mutation { ${guess('a')} ... { ... on Mutation { ...A } } } fragment A on Mutation { ${guess('b')} }`,
    );
    await expectRefused(
      `mutation { ...A } fragment A on Mutation { ...B ${guess('a')} } fragment B on Mutation { ${guess('b')} }`,
    );
  });

  it('are refused behind @include and @skip, whatever the variables say', async () => {
    const query = `mutation ($yes: Boolean! = true) { ${guess('a')} ... @include(if: $yes) { ${guess('b')} } }`;
    await expectRefused(query);
    await expectRefused(query, { variables: { yes: false } });
  });

  it('are refused as a batch of operations in an array', async () => {
    const one = { query: `mutation { ${guess('a')} }` };
    for (const batch of [[one], [one, one], Array.from({ length: 100 }, () => one), []]) {
      const answer = await post(batch);
      expect(answer.status).toBe(400);
      expect(await attempts()).toBe(0);
    }
  });

  it('run one operation of a document with several, and none without its name', async () => {
    const query = `mutation A { ${guess('a')} } mutation B { ${guess('b')} }`;
    await expectRefused(query);
    await expectRefused(query, { operationName: 'C' });
    await expectRefused(query, { operationName: '' });
    expect((await post({ query, operationName: 'B' })).status).toBe(200);
    expect(await attempts()).toBe(1);
  });

  it('are refused as persisted queries, which this server does not keep', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    for (const body of [{ extensions }, { extensions, query: `mutation { ${guess('a')} }` }]) {
      const answer = await post(body);
      expect(answer.text).toContain('PERSISTED_QUERY_NOT_SUPPORTED');
      expect(await attempts()).toBe(0);
    }
  });

  it('may be sent one to a request, and are then counted one by one', async () => {
    for (const password of ['guess number one', 'guess number two'])
      expect((await post({ query: `mutation { ${guess('a', password)} }` })).text).toContain(
        'InvalidCredentials',
      );
    expect(await attempts()).toBe(2);
  });
});

describe('the same document twice', () => {
  it('is checked again with other variables, although the document is remembered', async () => {
    const query = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
    const wrong = { input: { email: ada.email, password: 'a wrong guess at it' } };
    expect((await post({ query, variables: wrong })).text).toContain('InvalidCredentials');
    const right = { input: { email: ada.email, password: ada.password } };
    expect((await post({ query, variables: right })).text).toContain('LoginSuccess');
    expect((await post({ query, variables: wrong })).text).toContain('InvalidCredentials');
  });
});
