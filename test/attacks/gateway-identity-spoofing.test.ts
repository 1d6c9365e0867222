import type { Person } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

// GQ-2, GQ-3: gateways put the identity that they verified into headers or into the operation's
// extensions. Whoever reaches the subgraph directly can write the same.
let app: TestApp;
let admin: Person;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
  admin = await app.given.administrator();
  ada = await app.given.user();
});
afterAll(() => app.close());

const claims = () => ({
  sub: admin.id,
  sid: admin.sessionId,
  scope: 'signet:users.read signet:users.manage',
});
const asJson = () => JSON.stringify(claims());
const asBase64 = () => Buffer.from(asJson()).toString('base64');

const HEADERS: [string, () => string][] = [
  ['x-user-id', () => admin.id],
  ['x-user-email', () => admin.email],
  ['x-user-role', () => 'admin'],
  ['x-hasura-user-id', () => admin.id],
  ['x-hasura-role', () => 'admin'],
  ['x-hasura-admin-secret', () => 'secret'],
  ['x-forwarded-access-token', () => admin.accessToken],
  ['x-jwt-payload', asBase64],
  ['x-jwt-claims', asJson],
  ['x-apigateway-api-userinfo', asBase64],
  ['apollo-federation-include-trace', () => 'ftv1'],
];

const EXTENSIONS: [string, () => object][] = [
  [
    'the payload that Hive Gateway forwards',
    () => ({ jwt: { payload: claims(), token: { value: admin.accessToken, prefix: 'Bearer' } } }),
  ],
  ['a currentUser', () => ({ currentUser: claims() })],
  ['a signature beside it', () => ({ 'hmac-signature': 'x', jwt: claims() })],
  ['claims as Apollo Router names them', () => ({ 'apollo::authentication::jwt_claims': claims() })],
  [
    'an authorization header',
    () => ({ authorization: `Bearer ${admin.accessToken}`, headers: { authorization: admin.accessToken } }),
  ],
];

async function ask(options: { headers?: Record<string, string>; extensions?: object; token?: string }) {
  const { headers = {}, extensions, token } = options;
  const query = `query ($id: ID!, $r: [_Any!]!) {
    viewer { id }
    user(id: $id) { email }
    _entities(representations: $r) { ... on User { name email } }
  }`;
  const variables = { id: admin.id, r: [{ __typename: 'User', id: admin.id }] };
  const response = await fetch(`${app.origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ query, variables, extensions }),
  });
  const text = await response.text();
  return { text, answer: JSON.parse(text) };
}

/** The same question without any claim: what every spoofed one must be answered. */
const honest = (token?: string) => ask(token ? { token } : {});

it('asks a question that tells identities apart', async () => {
  expect((await honest()).answer.data).toEqual({ viewer: null, user: null, _entities: [null] });
  expect((await honest(ada.accessToken)).answer.data).toEqual({
    viewer: { id: ada.id },
    user: { email: null },
    _entities: [{ name: admin.name, email: null }],
  });
  expect((await honest(admin.accessToken)).answer).toEqual({
    data: {
      viewer: { id: admin.id },
      user: { email: admin.email },
      _entities: [{ name: admin.name, email: admin.email }],
    },
  });
});

describe.each(HEADERS)('the header %s', (name, value) => {
  it('makes nobody of an anonymous caller, and nobody else of a signed-in one', async () => {
    for (const token of [undefined, ada.accessToken]) {
      const spoofed = await ask({ headers: { [name]: value() }, ...(token ? { token } : {}) });
      expect(spoofed.answer).toEqual((await honest(token)).answer);
      expect(spoofed.text).not.toContain(admin.email);
    }
  });
});

describe.each(EXTENSIONS)('an operation whose extensions carry %s', (_title, extensions) => {
  it('makes nobody of an anonymous caller, and nobody else of a signed-in one', async () => {
    for (const token of [undefined, ada.accessToken]) {
      const spoofed = await ask({ extensions: extensions(), ...(token ? { token } : {}) });
      expect(spoofed.answer).toEqual((await honest(token)).answer);
      expect(spoofed.text).not.toContain(admin.email);
    }
  });
});
