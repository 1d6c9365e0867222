import { readFileSync } from 'node:fs';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** The codes of an answer to a body that is sent as it stands. */
async function codesOf(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${app.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  expect(text).not.toMatch(/stack|node_modules|\.js:|SELECT|violates/);
  const { errors } = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => {
    // An internal error is told by its request id, and by nothing else.
    const isInternal = extensions.code === 'INTERNAL_SERVER_ERROR';
    expect(Object.keys(extensions)).toEqual(isInternal ? ['code', 'requestId'] : ['code']);
    return extensions.code;
  });
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const provocations: Record<string, () => Promise<string[]>> = {
  UNAUTHENTICATED: () => codesOf({ query: '{ users { edges { cursor } } }' }),
  async FORBIDDEN() {
    const ada = await app.given.user();
    return codesOf({ query: '{ users { edges { cursor } } }' }, bearer(ada.accessToken));
  },
  async NOT_FOUND() {
    const ada = await app.given.user();
    const query = 'mutation { revokeSession(input: { sessionId: "none" }) { __typename } }';
    return codesOf({ query }, bearer(ada.accessToken));
  },
  BAD_USER_INPUT: () => codesOf({ query: 'query ($id: ID!) { user(id: $id) { id } }', variables: {} }),
  async OPERATION_TOO_LARGE() {
    const fields = Array.from(
      { length: 12 },
      (_, index) =>
        `a${index}: users(first: 100) { edges { node { id name email picture status createdAt emailVerified sessions { id } } } }`,
    );
    return codesOf({ query: `{ ${fields.join(' ')} }` });
  },
  GRAPHQL_PARSE_FAILED: () => codesOf({ query: '{ viewer { id ' }),
  GRAPHQL_VALIDATION_FAILED: () => codesOf({ query: '{ viewer { passwordHash } }' }),
  BAD_REQUEST: () => codesOf('{ "query": '),
  OPERATION_RESOLUTION_FAILURE: () => codesOf({ query: 'query A { __typename }', operationName: 'B' }),
  PERSISTED_QUERY_NOT_SUPPORTED: () =>
    codesOf({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  async INTERNAL_SERVER_ERROR() {
    const broken = await app.given.administrator();
    await app.sql('ALTER TABLE user_emails RENAME TO user_emails_away');
    try {
      return await codesOf({ query: '{ viewer { id } }' }, bearer(broken.accessToken));
    } finally {
      await app.sql('ALTER TABLE user_emails_away RENAME TO user_emails');
    }
  },
};

describe('every error code', () => {
  it.each(Object.entries(provocations))(
    'can be met, alone and with nothing internal beside it: %s',
    async (code, provoke) => {
      expect(await provoke()).toEqual([code]);
    },
  );

  it('is in this list', () => {
    const declared = [
      ...readFileSync('src/graphql/errors.ts', 'utf8').matchAll(
        /'([A-Z]+(?:_[A-Z]+)+|FORBIDDEN|UNAUTHENTICATED)'/g,
      ),
    ];
    expect(new Set(declared.map(([, code]) => code))).toEqual(new Set(Object.keys(provocations)));
  });
});
