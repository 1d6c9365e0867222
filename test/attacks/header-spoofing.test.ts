import type { Person } from '../support/given.js';
import { sendRaw } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  app = await startTestApp();
  ada = await app.given.user();
  grace = await app.given.administrator();
});
afterAll(() => app.close());

const VIEWER = '{ viewer { id } }';
const NOBODY = { data: { viewer: null } };

/** Sends `viewer` with any headers, repeated ones too. */
async function viewerWith(headers: string[], path = '/graphql', more: object = {}): Promise<unknown> {
  const answer = await sendRaw(app.origin, {
    path,
    headers: ['Content-Type', 'application/json', ...headers],
    body: JSON.stringify({ query: VIEWER, ...more }),
  });
  return JSON.parse(answer.text);
}

const refused = {
  data: { viewer: null },
  errors: [{ path: ['viewer'], extensions: { code: 'UNAUTHENTICATED' } }],
};

describe('headers that claim an identity without a token (GQ-3)', () => {
  const claims = [
    'X-User-Id',
    'X-User',
    'X-Forwarded-User',
    'X-Forwarded-Email',
    'X-Forwarded-Preferred-Username',
    'X-Auth-Request-User',
    'X-Auth-Request-Access-Token',
    'X-Remote-User',
    'Remote-User',
    'X-Authenticated-User',
    'X-Authenticated-Userid',
    'X-Consumer-Username',
    'X-Hasura-User-Id',
    'X-Hasura-Role',
    'X-Jwt-Payload',
    'X-Apigateway-Api-Userinfo',
    'X-Amzn-Oidc-Identity',
    'X-Amzn-Oidc-Data',
    'X-Goog-Authenticated-User-Id',
    'X-Ms-Client-Principal-Id',
    'X-Access-Token',
    'X-Session-Id',
    'X-Api-Key',
    'Proxy-Authorization',
    'X-Authorization',
    'Authorisation',
    'X-Original-Authorization',
    'X-Forwarded-Authorization',
    'Cookie',
  ];

  it.each(claims)('%s makes nobody an administrator', async (name) => {
    for (const value of [grace.id, grace.email, grace.accessToken, `Bearer ${grace.accessToken}`, 'admin'])
      expect(await viewerWith([name, value])).toEqual(NOBODY);
    // Nor does it change who a token says is asking.
    expect(await viewerWith([name, grace.id, 'Authorization', `Bearer ${ada.accessToken}`])).toEqual({
      data: { viewer: { id: ada.id } },
    });
  });

  it('cookies of common names make nobody signed in', async () => {
    for (const name of ['access_token', 'token', 'session', 'sid', 'jwt', '__Host-signet-refresh'])
      for (const value of [grace.accessToken, grace.refreshToken, grace.sessionId])
        expect(await viewerWith(['Cookie', `${name}=${value}`])).toEqual(NOBODY);
  });
});

describe('a token anywhere but in the Authorization header', () => {
  it('is no identity in the query string (RFC 9700 §4.3.2)', async () => {
    for (const name of ['access_token', 'token', 'authorization', 'Authorization', 'jwt'])
      expect(await viewerWith([], `/graphql?${name}=${grace.accessToken}`)).toEqual(NOBODY);
  });

  it('is no identity in the body: extensions, variables or members beside the query', async () => {
    const authorization = `Bearer ${grace.accessToken}`;
    const bodies = [
      { extensions: { jwt: { payload: { sub: grace.id } }, authorization, headers: { authorization } } },
      { extensions: { claims: { sub: grace.id }, user: { id: grace.id } } },
      { variables: { authorization, token: grace.accessToken } },
      { access_token: grace.accessToken, authorization, context: { viewer: { userId: grace.id } } },
    ];
    for (const more of bodies) expect(await viewerWith([], '/graphql', more)).toEqual(NOBODY);
  });
});

describe('an Authorization header that is not one bearer token', () => {
  it('is refused under another scheme, or without one', async () => {
    const token = ada.accessToken;
    const basic = Buffer.from(`${ada.email}:${ada.password}`).toString('base64');
    const values = [
      `Basic ${basic}`,
      `Basic ${token}`,
      `DPoP ${token}`,
      `Token ${token}`,
      `JWT ${token}`,
      `Negotiate ${token}`,
      token,
      'Bearer',
      'Bearer ',
      'Bearer null',
      'Bearer undefined',
      'null',
      '',
      `Bearer:${token}`,
      `Bearer=${token}`,
      `Bearer "${token}"`,
      `Bearer token=${token}`,
      `Bearer ${token} x`,
      `Bearer ${token},`,
      `Bearer ${token}, Bearer ${grace.accessToken}`,
      `Bearer ${token},Bearer ${grace.accessToken}`,
      `Basic ${basic}, Bearer ${token}`,
      `Bearer Bearer ${token}`,
    ];
    for (const value of values) expect(await viewerWith(['Authorization', value])).toMatchObject(refused);
  });

  it('is accepted whatever the case of the scheme (RFC 9110 §11.1) and of the header', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEARER'])
      for (const name of ['Authorization', 'authorization', 'AUTHORIZATION'])
        expect(await viewerWith([name, `${scheme} ${ada.accessToken}`])).toEqual({
          data: { viewer: { id: ada.id } },
        });
  });

  it('is refused when it comes twice: proxies differ in which of the two they believe', async () => {
    const [first, second] = [`Bearer ${ada.accessToken}`, `Bearer ${grace.accessToken}`];
    for (const pair of [
      [first, second],
      [second, first],
      [first, first],
      [first, 'Basic eDp5'],
      ['Basic eDp5', first],
    ])
      expect(await viewerWith(pair.flatMap((value) => ['Authorization', value]))).toMatchObject(refused);
    expect(await viewerWith(['Authorization', first, 'authorization', second])).toMatchObject(refused);
  });
});
