import { createHmac } from 'node:crypto';
import { Forge, base64url, decode, expectAccepted, expectRefused, type Json } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { DerivedKeys } from '../../src/domain/tokens/derived-keys.js';
import { LogoutDocument, RefreshDocument } from '../support/operations.js';
import { TEST_ISSUER, TEST_SECRET, startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
let forge: Forge;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  ada = await app.given.user();
  forge = new Forge(app, ada);
});
afterAll(() => app.close());

/** What tokens of each kind say beyond an access token of the same person (OIDC Core §2, Back-Channel Logout §2.4). */
const kinds: Record<string, { typ?: string | undefined; claims: Json }> = {
  access: { typ: 'at+jwt', claims: {} },
  refresh: { typ: 'rt+jwt', claims: { gen: 1 } },
  'id token': { typ: 'JWT', claims: { nonce: 'n-0S6_WzA2Mj', at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' } },
  'id token without typ': { typ: undefined, claims: { nonce: 'n-0S6_WzA2Mj' } },
  'logout token': {
    typ: 'logout+jwt',
    claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  },
  'e-mail token': { typ: 'email+jwt', claims: { email: 'ada@example.com' } },
  'DPoP proof': { typ: 'dpop+jwt', claims: { htm: 'POST', htu: `${TEST_ISSUER}/graphql` } },
  'client assertion': { typ: 'client-authentication+jwt', claims: { client_id: 'signet-graphql' } },
};

/** Signed by the key that signs access tokens, and by the key that signs refresh tokens. */
async function make(kind: string, signer: 'access key' | 'refresh key'): Promise<string> {
  const { typ, claims } = kinds[kind]!;
  if (signer === 'access key') return forge.signed({ header: { typ }, claims });
  const { header } = decode(ada.refreshToken);
  const parts = [
    { ...header, typ },
    // The generation is in all of them: nothing but the kind may make the difference.
    { ...forge.claims, gen: 1, ...claims },
  ];
  const body = parts.map((part) => base64url(JSON.stringify(part))).join('.');
  const key = new DerivedKeys('refresh-token', TEST_SECRET).current.bytes;
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
}

const cells = Object.keys(kinds).flatMap((kind) => [
  [kind, 'access key'] as const,
  [kind, 'refresh key'] as const,
]);

describe('every kind of token in the place of every other, whichever key signed it (JW-3)', () => {
  it.each(cells)('%s signed by the %s: an access token only if it is one', async (kind, signer) => {
    const token = await make(kind, signer);
    if (kind === 'access' && signer === 'access key') await expectAccepted(app, token, ada);
    else await expectRefused(app, token);
  });

  it.each(cells)('%s signed by the %s: a refresh token only if it is one', async (kind, signer) => {
    const refreshToken = await make(kind, signer);
    const { refresh } = (await app.client.send(RefreshDocument, { input: { refreshToken } })).data;
    const isOne = kind === 'refresh' && signer === 'refresh key';
    expect(refresh.__typename).toBe(isOne ? 'RefreshSuccess' : 'InvalidRefreshToken');
  });

  it.each(cells)(
    '%s signed by the %s: ends a session as a refresh token only if it is one',
    async (kind, signer) => {
      const refreshToken = await make(kind, signer);
      const { logout } = (await app.client.send(LogoutDocument, { input: { refreshToken } })).data;
      const isOne = kind === 'refresh' && signer === 'refresh key';
      expect(logout.__typename).toBe(isOne ? 'LogoutSuccess' : 'InvalidRefreshToken');
      if (isOne) await expectRefused(app, ada.accessToken);
      else await expectAccepted(app, ada.accessToken, ada);
    },
  );

  it('the tokens that people really hold are not each other', async () => {
    await expectRefused(app, ada.refreshToken);
    const input = { refreshToken: ada.accessToken };
    expect((await app.client.send(RefreshDocument, { input })).data.refresh.__typename).toBe(
      'InvalidRefreshToken',
    );
  });

  it.each(['AT+JWT', 'at+JWT', 'application/at+jwt', 'at+jwt ', 'jwt', '', 'at', null, 5, ['at+jwt']])(
    'an access token whose typ is %p is refused',
    async (typ) => {
      await expectRefused(app, await forge.signed({ header: { typ } }));
    },
  );
});
