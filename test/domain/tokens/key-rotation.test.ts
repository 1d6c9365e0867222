import { createHash } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import {
  KEY_PURPOSES,
  KeyRing,
  SigningKeyCipher,
  createKeyManagement,
} from '../../../src/domain/tokens/index.js';
import { ViewerDocument } from '../../support/operations.js';
import { TEST_SECRET, startTestApp, type TestApp } from '../../support/test-app.js';

/** SIGNET_KEY_PUBLISH_SECONDS by default: a quarter of an hour. */
const PUBLISH_SECONDS = 900;
const LONGEST_TOKEN_SECONDS = 3600;
const DAY_SECONDS = 24 * 3600;

let app: TestApp;
afterEach(() => app.close());

/** Of access tokens; those of id tokens are a line of their own, which goes by the same rule. */
async function publishedKids(): Promise<string[]> {
  const { keys } = (await (await fetch(`${app.origin}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string }[];
  };
  const others = app.identity.keyRing.published().filter(({ purpose }) => purpose !== 'access-token');
  return keys.map(({ kid }) => kid).filter((kid) => !others.some((key) => key.kid === kid));
}

const states = ({ keyRing }: { keyRing: KeyRing } = app.identity) =>
  keyRing
    .states()
    .filter(({ key }) => key.purpose === 'access-token')
    .map(({ state }) => state);

async function signingKid(): Promise<string> {
  return decodeProtectedHeader((await app.given.user()).accessToken).kid!;
}

async function answers(token: string): Promise<boolean> {
  return Boolean((await app.client.send(ViewerDocument, {}, { token })).body.data?.viewer);
}

/** Another node: the same database and secret, and nothing in memory that it shares with the first. */
function anotherNode(algorithm: 'ES256' | 'EdDSA' | 'RS256' = 'ES256') {
  const { database } = app.identity;
  const cipher = new SigningKeyCipher(TEST_SECRET);
  const keyRing = new KeyRing({ database, cipher, clock: app.clock });
  const options = { algorithm, rotationDays: 90, publishSeconds: PUBLISH_SECONDS };
  return { keyRing, keys: createKeyManagement({ database, clock: app.clock, cipher, keyRing, options }) };
}

describe('a rotation', () => {
  it('KY-2 publishes the next key for 15 minutes before it signs, and the old one until its last token is dead', async () => {
    app = await startTestApp({ SIGNET_ACCESS_TOKEN_SECONDS: String(LONGEST_TOKEN_SECONDS) });
    const oldKid = await signingKid();
    const newKid = (await app.identity.keys.rotateKeys())!;
    expect(await publishedKids()).toEqual([oldKid, newKid]);
    expect(states()).toEqual(['active', 'next']);

    app.clock.advance(PUBLISH_SECONDS - 1);
    const ada = await app.given.user();
    expect(decodeProtectedHeader(ada.accessToken).kid).toBe(oldKid);
    app.clock.advance(1);
    expect(await signingKid()).toBe(newKid);
    expect(states()).toEqual(['retiring', 'active']);

    // The old key's last token lives to its end, and the key is there for it.
    app.clock.advance(LONGEST_TOKEN_SECONDS - 2);
    expect(await answers(ada.accessToken)).toBe(true);
    app.clock.advance(1);
    expect(await answers(ada.accessToken)).toBe(false);
    expect(await publishedKids()).toEqual([oldKid, newKid]);
    app.clock.advance(61);
    expect(await publishedKids()).toEqual([newKid]);
    expect(states()).toEqual(['retired', 'active']);
  });

  it('KY-2 cannot be configured to publish for less than 10 minutes', async () => {
    await expect(startTestApp({ SIGNET_KEY_PUBLISH_SECONDS: '599' })).rejects.toThrow(
      'SIGNET_KEY_PUBLISH_SECONDS',
    );
    app = await startTestApp({ SIGNET_KEY_PUBLISH_SECONDS: '600' });
    const oldKid = await signingKid();
    await app.identity.keys.rotateKeys();
    app.clock.advance(599);
    expect(await signingKid()).toBe(oldKid);
  });

  it('is due when the active key is old, and then happens once', async () => {
    app = await startTestApp({ SIGNET_KEY_ROTATION_DAYS: '30' });
    app.clock.advance(30 * DAY_SECONDS - 1);
    await app.identity.keys.rotateIfDue();
    expect(states()).toEqual(['active']);
    app.clock.advance(1);
    await app.identity.keys.rotateIfDue();
    await app.identity.keys.rotateIfDue();
    expect(states()).toEqual(['active', 'next']);
    app.clock.advance(PUBLISH_SECONDS);
    await app.identity.keys.rotateIfDue();
    expect(states()).toEqual(['retiring', 'active']);
  });

  it.each(['EdDSA', 'RS256'] as const)(
    'is due when the setting says %s, which signs once it was published',
    async (algorithm) => {
      app = await startTestApp();
      const before = await app.given.user();
      const node = anotherNode(algorithm);
      await node.keys.ensureKeys();
      await node.keys.ensureKeys();
      await app.identity.keyRing.load();
      expect(states()).toEqual(['active', 'next']);
      app.clock.advance(PUBLISH_SECONDS);
      const after = await app.given.user();
      expect(decodeProtectedHeader(after.accessToken)).toMatchObject({ alg: algorithm, typ: 'at+jwt' });
      expect(await answers(after.accessToken)).toBe(true);
      const { refresh } = app.identity.useCases;
      const outcome = await refresh(before.refreshToken, {
        ipAddress: '127.0.0.1',
        userAgent: null,
        requestId: 'test',
      });
      expect(outcome.kind).toBe('refreshed');
    },
  );

  it('reaches other nodes with the first token that they do not know', async () => {
    app = await startTestApp();
    const node = anotherNode();
    await node.keyRing.load();
    const newKid = (await app.identity.keys.rotateKeys())!;
    expect(node.keyRing.find(newKid)).toBeUndefined();
    expect((await node.keyRing.findOrRefetch(newKid))?.kid).toBe(newKid);
  });

  it('is not repeated for the second of two unknown kids in a row', async () => {
    app = await startTestApp();
    const node = anotherNode();
    await node.keyRing.load();
    await node.keyRing.findOrRefetch('garbage');
    const newKid = (await app.identity.keys.rotateKeys())!;
    expect(await node.keyRing.findOrRefetch(newKid)).toBeUndefined();
  });
});

describe('two nodes at once', () => {
  it('make one next key of a purpose when a rotation is due on both, however they interleave', async () => {
    app = await startTestApp();
    const nodes = Array.from({ length: 4 }, () => anotherNode());
    for (const node of nodes) await node.keys.ensureKeys();
    app.clock.advance(91 * DAY_SECONDS);
    await Promise.all(nodes.map((node) => node.keys.rotateIfDue()));
    // One that has not looked since sees the key of the others before it acts.
    await app.identity.keys.rotateIfDue();
    for (const { keyRing } of nodes) {
      await keyRing.load();
      expect(states({ keyRing })).toEqual(['active', 'next']);
    }
  });

  it('make one first key of each purpose in an empty database', async () => {
    app = await startTestApp();
    await app.sql('DELETE FROM signing_keys');
    await Promise.all(Array.from({ length: 4 }, () => anotherNode().keys.ensureKeys()));
    const made = await app.sql('SELECT purpose FROM signing_keys ORDER BY purpose');
    expect(made).toEqual(KEY_PURPOSES.toSorted().map((purpose) => ({ purpose })));
  });
});

describe('KY-5 revoking a key', () => {
  it('takes it out of the JWKS at once, refuses its tokens, and lets people go on by their refresh token', async () => {
    app = await startTestApp();
    const ada = await app.given.user();
    expect(await answers(ada.accessToken)).toBe(true);
    const kid = decodeProtectedHeader(ada.accessToken).kid!;
    expect(await app.identity.keys.revokeKey(kid)).toBe(true);
    expect(await publishedKids()).toEqual([expect.not.stringContaining(kid)]);
    expect((await app.client.send(ViewerDocument, {}, { token: ada.accessToken })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
    const next = await app.given.login(ada);
    expect(await answers(next.accessToken)).toBe(true);
  });

  it('never falls back on an older key: a new one signs, even when one that had left the JWKS is in the table', async () => {
    app = await startTestApp();
    const oldKid = await signingKid();
    await app.identity.keys.rotateKeys();
    app.clock.advance(PUBLISH_SECONDS + LONGEST_TOKEN_SECONDS + 61);
    const activeKid = await signingKid();
    expect(await publishedKids()).toEqual([activeKid]);
    await app.identity.keys.revokeKey(activeKid);
    const kid = await signingKid();
    expect([oldKid, activeKid]).not.toContain(kid);
  });

  it('leaves the active key alone when another one got out', async () => {
    app = await startTestApp();
    const activeKid = await signingKid();
    const nextKid = (await app.identity.keys.rotateKeys())!;
    expect(await app.identity.keys.revokeKey(nextKid)).toBe(true);
    expect(await publishedKids()).toEqual([activeKid]);
    expect(await app.identity.keys.revokeKey(nextKid)).toBe(false);
    expect(await app.identity.keys.revokeKey('unknown')).toBe(false);
    expect(await signingKid()).toBe(activeKid);
  });

  it('goes on at the next start when the node was killed before it had made the new key', async () => {
    app = await startTestApp();
    await app.identity.keys.rotateKeys();
    await app.sql('UPDATE signing_keys SET revoked_at = now() WHERE sequence = 1');
    const node = anotherNode();
    await node.keys.ensureKeys();
    expect(states(node)).toEqual(['active', 'next']);
  });
});

describe('what is published', () => {
  it.each(['ES256', 'EdDSA', 'RS256'])(
    'KY-1 shows public members of %s keys alone, under their thumbprint',
    async (algorithm) => {
      app = await startTestApp({ SIGNET_SIGNING_ALG: algorithm });
      const response = await fetch(`${app.origin}/.well-known/jwks.json`);
      const { keys } = (await response.json()) as { keys: Record<string, string>[] };
      const members = { ES256: ['crv', 'x', 'y'], EdDSA: ['crv', 'x'], RS256: ['e', 'n'] };
      // One for access tokens, and one for id tokens of each algorithm.
      expect(keys.map(({ alg }) => alg)).toEqual([algorithm, 'RS256', 'ES256', 'EdDSA']);
      for (const key of keys) {
        const own = members[key['alg'] as keyof typeof members];
        expect(Object.keys(key).toSorted()).toEqual(['alg', 'kid', 'kty', 'use', ...own].toSorted());
        expect(key['use']).toBe('sig');
        const thumbprint = ['kty', ...own].toSorted().map((name) => [name, key[name]]);
        const text = JSON.stringify(Object.fromEntries(thumbprint));
        expect(key['kid']).toBe(createHash('sha256').update(text).digest('base64url'));
      }
    },
  );

  it('KY-3 may be cached for five minutes and asked for again by ETag', async () => {
    app = await startTestApp();
    const response = await fetch(`${app.origin}/.well-known/jwks.json`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const etag = response.headers.get('etag')!;
    const again = (headers: Record<string, string>) =>
      fetch(`${app.origin}/.well-known/jwks.json`, { headers });
    expect((await again({ 'if-none-match': etag })).status).toBe(304);
    await app.identity.keys.rotateKeys();
    expect((await again({ 'if-none-match': etag })).status).toBe(200);
  });
});
