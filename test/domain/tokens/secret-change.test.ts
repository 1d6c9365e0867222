import { SigningKeyCipher } from '../../../src/domain/tokens/index.js';
import { RefreshDocument, ViewerDocument } from '../../support/operations.js';
import { createDatabase } from '../../support/postgres.js';
import { TEST_SECRET, startTestApp, type TestApp } from '../../support/test-app.js';

const NEW_SECRET = 'the secret that comes after, also long enough for one';

let database: Awaited<ReturnType<typeof createDatabase>>;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

/** A Signet on this test's database, closed again after `work`. */
async function withSignet<T>(env: Record<string, string>, work: (app: TestApp) => Promise<T>): Promise<T> {
  const app = await startTestApp(env, database.url);
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

const refresh = async (app: TestApp, refreshToken: string) =>
  (await app.client.send(RefreshDocument, { input: { refreshToken } })).data.refresh;

async function successorOf(app: TestApp, refreshToken: string): Promise<string> {
  const answer = await refresh(app, refreshToken);
  if (answer.__typename !== 'RefreshSuccess') throw new Error(answer.__typename);
  return answer.tokens.refreshToken!;
}

describe('a change of SIGNET_SECRET, with SIGNET_SECRET_PREVIOUS', () => {
  it('ends no session: access and refresh tokens of before go on, and keys stay the same', async () => {
    const { ada, jwks } = await withSignet({}, async (app) => ({
      ada: await app.given.user(),
      jwks: await (await fetch(`${app.origin}/.well-known/jwks.json`)).json(),
    }));
    const both = { SIGNET_SECRET: NEW_SECRET, SIGNET_SECRET_PREVIOUS: TEST_SECRET };
    const successor = await withSignet(both, async (app) => {
      expect(await (await fetch(`${app.origin}/.well-known/jwks.json`)).json()).toEqual(jwks);
      const { viewer } = (await app.client.send(ViewerDocument, {}, { token: ada.accessToken })).data;
      expect(viewer?.id).toBe(ada.id);
      return successorOf(app, ada.refreshToken);
    });
    // Stored keys were wrapped again, and what was issued since needs the new secret alone.
    await withSignet({ SIGNET_SECRET: NEW_SECRET }, async (app) => {
      expect(await (await fetch(`${app.origin}/.well-known/jwks.json`)).json()).toEqual(jwks);
      expect(await successorOf(app, successor)).not.toBe(successor);
    });
  });

  it('refuses refresh tokens of the old secret once it is no longer given', async () => {
    const ada = await withSignet({}, (app) => app.given.user());
    await withSignet(
      { SIGNET_SECRET: NEW_SECRET, SIGNET_SECRET_PREVIOUS: TEST_SECRET },
      async () => undefined,
    );
    await withSignet({ SIGNET_SECRET: NEW_SECRET }, async (app) => {
      expect((await refresh(app, ada.refreshToken)).__typename).toBe('InvalidRefreshToken');
    });
  });
});

describe('a key that this node cannot read, which another has stored', () => {
  it('spoils nothing else: tokens are made and verified, new and revoked keys are learnt', async () => {
    await withSignet({}, async (app) => {
      const ada = await app.given.user();
      // As a node with another secret would store it: published, and not signing yet.
      const stranger = new SigningKeyCipher(NEW_SECRET);
      await app.sql(
        `INSERT INTO signing_keys (kid, sequence, algorithm, public_jwk, private_key_ciphertext, created_at, activates_at)
         SELECT 'unreadable', 1000, algorithm, public_jwk || '{"kid":"unreadable"}', $1, created_at, $2 FROM signing_keys WHERE purpose = 'access-token'`,
        [stranger.encrypt('unreadable', { kty: 'EC' }), new Date(app.clock.now().getTime() + 900_000)],
      );
      await app.identity.keyRing.load();
      const published = app.identity.keyRing.published().map(({ kid }) => kid);
      expect(published).toContain('unreadable');
      expect((await app.client.send(ViewerDocument, {}, { token: ada.accessToken })).data.viewer?.id).toBe(
        ada.id,
      );
      expect(await successorOf(app, ada.refreshToken)).not.toBe(ada.refreshToken);
      await app.identity.keys.revokeKey('unreadable');
      expect(app.identity.keyRing.published().map(({ kid }) => kid)).not.toContain('unreadable');
    });
  });

  it('keeps a node from starting, and a node that should sign with it from being ready', async () => {
    await withSignet({}, async (app) => {
      const stranger = new SigningKeyCipher(NEW_SECRET);
      await app.sql(
        `INSERT INTO signing_keys (kid, sequence, algorithm, public_jwk, private_key_ciphertext, created_at, activates_at)
         SELECT 'unreadable', 1000, algorithm, public_jwk, $1, created_at, $2 FROM signing_keys WHERE purpose = 'access-token'`,
        [stranger.encrypt('unreadable', { kty: 'EC' }), app.clock.now()],
      );
      await expect(app.identity.keys.ensureKeys()).rejects.toThrow('SIGNET_SECRET');
      expect((await fetch(`${app.origin}/readyz`)).status).toBe(503);
    });
  });
});

describe('KY-6 the database alone', () => {
  it('holds no private key in clear: no table has a JWK with a private member, in any encoding', async () => {
    await withSignet({ SIGNET_SIGNING_ALG: 'RS256' }, async (app) => {
      await app.given.user();
      await app.identity.keys.rotateKeys();
      const tables = await app.sql<{ name: string }>(
        `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      let dump = '';
      for (const { name } of tables)
        for (const row of await app.sql<Record<string, unknown>>(`SELECT * FROM ${name}`)) {
          dump += JSON.stringify(row);
          for (const value of Object.values(row))
            if (Buffer.isBuffer(value)) dump += value.toString('latin1');
        }
      expect(dump).toContain('"n":'); // the public part is there, so the search does look at keys
      expect(dump).not.toMatch(/"(d|p|q|dp|dq|qi)"\s*:|PRIVATE KEY/);
      expect(dump).not.toContain(TEST_SECRET);
    });
  });
});
