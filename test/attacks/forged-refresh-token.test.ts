import { createHmac } from 'node:crypto';
import { DerivedKeys } from '../../src/domain/tokens/derived-keys.js';
import { Forge, base64url, decode, type Json } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { RefreshDocument } from '../support/operations.js';
import { recordStatements, stopJobs } from '../support/statements.js';
import { startTestApp, TEST_SECRET, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
let real: { header: Json; claims: Json };
beforeAll(async () => {
  app = await startTestApp();
  stopJobs(app);
  ada = await app.given.user();
  real = decode(ada.refreshToken);
});
afterAll(() => app.close());

const INVALID = {
  __typename: 'InvalidRefreshToken',
  code: 'INVALID_REFRESH_TOKEN',
  message: 'The session has ended. Sign in again.',
};

async function expectInvalid(refreshToken: string): Promise<void> {
  const answer = await app.client.send(RefreshDocument, { input: { refreshToken } });
  expect(answer.body).toEqual({ data: { refresh: INVALID } });
}

const hmac = (body: string, secret: string | Uint8Array, hash = 'sha256') =>
  `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;

function body(header: Json = {}, claims: Json = {}): string {
  const parts = [
    { ...real.header, ...header },
    { ...real.claims, ...claims },
  ];
  return parts.map((part) => base64url(JSON.stringify(part))).join('.');
}

/** Everything that somebody without the secret could send. */
async function forgeries(): Promise<string[]> {
  const forge = new Forge(app, ada);
  const [header, claims, signature] = ada.refreshToken.split('.') as [string, string, string];
  const { publicJwk } = app.identity.keyRing.active();
  return [
    '',
    'x',
    '..',
    '.'.repeat(3000),
    'x'.repeat(100_000),
    ada.refreshToken.repeat(2),
    ...[1, 2, 3, 4, 10, 40].flatMap((n) => [ada.refreshToken.slice(0, -n), ada.refreshToken.slice(n)]),
    ...['A', 'AA', '=', '.', ' ', '\n', '\u0000', '.x', '%00'].flatMap((text) => [
      ada.refreshToken + text,
      text + ada.refreshToken,
    ]),
    // The last character of 32 bytes has two bits that say nothing.
    ...[1, 2, 3].map((bits) => ada.refreshToken.slice(0, -1) + neighbour(ada.refreshToken.at(-1)!, bits)),
    `${header}.${claims}.${signature.split('').reverse().join('')}`,
    `${body({}, { gen: 2 })}.${signature}`,
    `${body({ alg: 'none' })}.`,
    `${body({ alg: 'none' })}.${signature}`,
    ...[TEST_SECRET, '', ' ', real.header['kid'] as string, JSON.stringify(publicJwk), publicJwk.x!].map(
      (secret) => hmac(body(), secret),
    ),
    hmac(body({ alg: 'HS512' }), TEST_SECRET, 'sha512'),
    ...[undefined, null, '', '__proto__', 'constructor', "' OR 1=1 --", '../secret', 5, {}].map((kid) =>
      hmac(body({ kid }), TEST_SECRET),
    ),
    await forge.sign(body({ alg: 'ES256', kid: forge.header['kid'] })),
    await forge.sign(body({ alg: 'ES256' })),
    await forge.signed({ header: { typ: 'rt+jwt' }, claims: { gen: 1 } }),
    ada.accessToken,
  ];
}

function neighbour(character: string, bits: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(character) ^ bits]!;
}

describe('a refresh token that Signet did not make', () => {
  it('is invalid, and never reaches the database', async () => {
    const all = await forgeries();
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain(ada.refreshToken);
    const statements = recordStatements(app);
    for (const token of all) await expectInvalid(token);
    expect(statements).toEqual([]);
    // The real one does reach it: the record would have shown the others.
    const answer = await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    expect(answer.data.refresh.__typename).toBe('RefreshSuccess');
    expect(statements).toContain('rotate-refresh-token');
  });

  it('is invalid when a server with another secret made it', async () => {
    const elsewhere = await startTestApp({ SIGNET_SECRET: 'another secret, of another installation' });
    try {
      await expectInvalid((await elsewhere.given.user()).refreshToken);
    } finally {
      await elsewhere.close();
    }
  });

  it('is invalid when a server with the same secret made it for another issuer', async () => {
    const other = await startTestApp({ SIGNET_ISSUER: 'https://staging.example.com' });
    try {
      await expectInvalid((await other.given.user()).refreshToken);
    } finally {
      await other.close();
    }
  });

  it('is invalid under the right key too when it is for another issuer, or says too little', async () => {
    const grace = await app.given.user();
    const own = decode(grace.refreshToken);
    const { bytes } = new DerivedKeys('refresh-token', TEST_SECRET).current;
    const sign = (claims: Json) =>
      hmac(
        [own.header, { ...own.claims, ...claims }].map((part) => base64url(JSON.stringify(part))).join('.'),
        bytes,
      );
    expect(sign({})).toBe(grace.refreshToken);
    for (const claims of [
      { iss: 'https://staging.example.com' },
      { iss: `${String(own.claims['iss'])}/` },
      { iss: undefined },
      { exp: undefined },
      { exp: '9999999999' },
      { iat: undefined },
      { nbf: 9_999_999_999 },
      { sid: undefined },
      { sid: 'x' },
      { gen: undefined },
      { gen: '1' },
      { gen: 1.5 },
    ])
      await expectInvalid(sign(claims));
    const answer = await app.client.send(RefreshDocument, { input: { refreshToken: grace.refreshToken } });
    expect(answer.data.refresh.__typename).toBe('RefreshSuccess');
  });

  it('ends no session and leaves no trace of a theft', async () => {
    const grace = await app.given.user();
    await expectInvalid(`${grace.refreshToken}A`);
    await expectInvalid(grace.refreshToken.slice(0, -1));
    expect(
      await app.sql('SELECT type FROM audit_events WHERE user_id = $1 AND type LIKE $2', [
        grace.id,
        'refresh%',
      ]),
    ).toEqual([]);
    const answer = await app.client.send(RefreshDocument, { input: { refreshToken: grace.refreshToken } });
    expect(answer.data.refresh.__typename).toBe('RefreshSuccess');
  });
});

describe('a real refresh token whose time has come', () => {
  it('is invalid from the second on at which it expires, without a look at the database', async () => {
    const own = await startTestApp({ SIGNET_SESSION_IDLE_SECONDS: '300' });
    try {
      stopJobs(own);
      const grace = await own.given.user();
      own.clock.advance(301);
      const statements = recordStatements(own);
      const answer = await own.client.send(RefreshDocument, { input: { refreshToken: grace.refreshToken } });
      expect(answer.body).toEqual({ data: { refresh: INVALID } });
      expect(statements).toEqual([]);
    } finally {
      await own.close();
    }
  });
});
