import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { secondsLater, type Clock } from '../../platform/clock.js';
import { UNIQUE_VIOLATION, sqlState, type Database } from '../../platform/database.js';
import type { KeyRing } from './key-ring.js';
import type { SigningKeyCipher } from './signing-key-cipher.js';
import {
  ID_TOKEN_PURPOSES,
  KEY_PURPOSES,
  SIGNING_ALGORITHMS,
  SigningKey,
  type KeyPurpose,
  type SigningAlgorithm,
} from './signing-key.entity.js';

export interface KeyOptions {
  /** Of access tokens. */
  algorithm: SigningAlgorithm;
  /** Age at which the active key gets a successor. */
  rotationDays: number;
  /** How long a new key is published before it signs. */
  publishSeconds: number;
}

interface KeyDeps {
  database: Database;
  clock: Clock;
  cipher: SigningKeyCipher;
  keyRing: KeyRing;
  options: KeyOptions;
}

/** Use cases around signing keys: make the first, rotate, revoke, wrap again. */
export function createKeyManagement({ database, clock, cipher, keyRing, options }: KeyDeps) {
  /** Read before the keys are looked at, so that only one of two nodes that see the same can act on it. */
  async function nextSequence(): Promise<number> {
    const { rows } = await database.pool.query<{ next: number }>(
      'SELECT coalesce(max(sequence), 0)::int + 1 AS next FROM signing_keys',
    );
    return rows[0]!.next;
  }

  const algorithmOf = (purpose: KeyPurpose): SigningAlgorithm =>
    SIGNING_ALGORITHMS.find((algorithm) => ID_TOKEN_PURPOSES[algorithm] === purpose) ?? options.algorithm;

  /** @returns the kid, or null when another node took this sequence number a moment ago */
  async function storeKey(purpose: KeyPurpose, activatesAt: Date, sequence: number): Promise<string | null> {
    const algorithm = algorithmOf(purpose);
    const { publicKey, privateKey } = await generateKeyPair(algorithm, {
      extractable: true,
      modulusLength: 3072,
    });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    try {
      await database.orm.em.fork().insert(SigningKey, {
        kid,
        sequence,
        purpose,
        algorithm,
        publicJwk: { ...jwk, kid, use: 'sig', alg: algorithm },
        privateKeyCiphertext: cipher.encrypt(kid, await exportJWK(privateKey)),
        createdAt: clock.now(),
        activatesAt,
        revokedAt: null,
      });
      return kid;
    } catch (error) {
      if (sqlState(error) === UNIQUE_VIOLATION) return null;
      throw error;
    }
  }

  /** When another node rotated at the same moment, one rotation is enough. */
  async function addKey(purpose: KeyPurpose, activatesAt: Date, sequence: number): Promise<string | null> {
    const kid = await storeKey(purpose, activatesAt, sequence);
    await keyRing.load();
    return kid;
  }

  /**
   * Adds the next key of a purpose: in the JWKS from now on, signing after the publication time.
   * @returns its kid, or null when another node just did it
   */
  async function rotateKeys(purpose: KeyPurpose = 'access-token'): Promise<string | null> {
    const sequence = await nextSequence();
    return addKey(purpose, secondsLater(clock.now(), options.publishSeconds), sequence);
  }

  /** The first key of a purpose in a database signs at once; nobody has cached a JWKS with another yet. */
  async function ensureKeys(): Promise<void> {
    for (const purpose of KEY_PURPOSES) {
      const sequence = await nextSequence();
      await keyRing.load();
      const isThere = keyRing
        .states()
        .some(({ key, state }) => key.purpose === purpose && state === 'active');
      if (!isThere) await addKey(purpose, clock.now(), sequence);
    }
    keyRing.requireReadable();
    await rewrapKeys();
    await rotateIfDue();
  }

  /** Rotates when the active key is old, or of another algorithm than configured, and no next one waits. */
  async function rotateIfDue(): Promise<void> {
    for (const purpose of KEY_PURPOSES) {
      const sequence = await nextSequence();
      await keyRing.load();
      if (keyRing.states().some(({ key, state }) => key.purpose === purpose && state === 'next')) continue;
      const active = keyRing.active(purpose);
      const due = secondsLater(active.createdAt, options.rotationDays * 24 * 3600) <= clock.now();
      if (due || active.algorithm !== algorithmOf(purpose))
        await addKey(purpose, secondsLater(clock.now(), options.publishSeconds), sequence);
    }
  }

  /**
   * For a key that got out: no token signed by it is accepted any more, and it leaves the JWKS. When it
   * was the active one, a new key signs at once.
   * @returns false when no such key is published
   */
  async function revokeKey(kid: string): Promise<boolean> {
    const now = clock.now();
    // By SQL alone, since the key may be one that nobody can read any more. Its successor comes first: at
    // no moment is there nothing to sign with.
    const { rows } = await database.pool.query<{ kid: string; purpose: KeyPurpose }>(
      `SELECT kid, purpose FROM signing_keys
       WHERE revoked_at IS NULL AND activates_at <= $1
         AND purpose = (SELECT purpose FROM signing_keys WHERE kid = $2)
       ORDER BY activates_at DESC, sequence DESC LIMIT 1`,
      [now, kid],
    );
    const [active] = rows;
    if (active?.kid === kid) while (!(await storeKey(active.purpose, now, await nextSequence())));
    const { rowCount } = await database.pool.query(
      'UPDATE signing_keys SET revoked_at = $2 WHERE kid = $1 AND revoked_at IS NULL',
      [kid, now],
    );
    await keyRing.load();
    return rowCount === 1;
  }

  /** After a change of SIGNET_SECRET: wraps what the previous one wrapped. */
  async function rewrapKeys(): Promise<void> {
    const { rows } = await database.pool.query<{ kid: string; private_key_ciphertext: Buffer }>(
      'SELECT kid, private_key_ciphertext FROM signing_keys WHERE revoked_at IS NULL',
    );
    // One that nobody can read any more and that has retired keeps nobody from starting.
    const readable = new Set(
      keyRing
        .states()
        .filter(({ key }) => key.privateKey)
        .map(({ key }) => key.kid),
    );
    for (const row of rows) {
      if (!readable.has(row.kid) || !cipher.isOutdated(row.private_key_ciphertext)) continue;
      const wrapped = cipher.encrypt(row.kid, cipher.decrypt(row.kid, row.private_key_ciphertext));
      await database.pool.query('UPDATE signing_keys SET private_key_ciphertext = $2 WHERE kid = $1', [
        row.kid,
        wrapped,
      ]);
    }
  }

  return { ensureKeys, rotateKeys, rotateIfDue, revokeKey };
}

export type KeyManagement = ReturnType<typeof createKeyManagement>;
