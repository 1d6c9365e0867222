import { importJWK, type CryptoKey, type JWK } from 'jose';
import { secondsLater, type Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { KEY_PURPOSES, type KeyPurpose, type SigningAlgorithm } from './signing-key.entity.js';
import { UnreadableSigningKeyError, type SigningKeyCipher } from './signing-key-cipher.js';

/**
 * How long a replaced key stays published: the longest life an access token can be configured to have,
 * and a minute for clocks.
 */
export const RETIRING_SECONDS = 3600 + 60;
/** An unknown kid makes this node look for new keys, but garbage kids cannot make it hammer the database. */
const REFETCH_INTERVAL_MS = 5_000;

/** What a key is for at a moment; follows from its times and those of its successor. */
export type KeyState = 'next' | 'active' | 'retiring' | 'retired' | 'revoked';

export interface RingKey {
  kid: string;
  sequence: number;
  purpose: KeyPurpose;
  algorithm: SigningAlgorithm;
  publicJwk: JWK;
  publicKey: CryptoKey;
  /** Null when this node's secrets cannot read it: it still verifies with the public part. */
  privateKey: CryptoKey | null;
  /** The same as the OpenID provider wants it; never leaves this process. */
  privateJwk: JWK | null;
  createdAt: Date;
  activatesAt: Date;
  /** When it leaves the JWKS; null while it has no successor. */
  retiredAt: Date | null;
}

interface KeyRow {
  kid: string;
  sequence: number;
  purpose: KeyPurpose;
  algorithm: SigningAlgorithm;
  public_jwk: JWK;
  private_key_ciphertext: Buffer;
  created_at: Date;
  activates_at: Date;
  revoked_at: Date | null;
}

const LOAD = {
  name: 'load-signing-keys',
  text: `SELECT kid, sequence, purpose, algorithm, public_jwk, private_key_ciphertext, created_at, activates_at, revoked_at
         FROM signing_keys ORDER BY activates_at, sequence`,
};

/**
 * The signing keys as this node knows them. The database is the truth; since a key is stored at least
 * ten minutes before it signs, every node knows it by then.
 */
export class KeyRing {
  private keys: RingKey[] = [];
  private refetchedAt = -Infinity;
  private refetching: Promise<void> | undefined;

  constructor(private readonly deps: { database: Database; cipher: SigningKeyCipher; clock: Clock }) {}

  /**
   * Reads all keys that are not revoked. A private part that cannot be read spoils nothing else: this node goes
   * on to learn which keys are new and which are revoked, and to verify.
   */
  async load(): Promise<void> {
    const rows = await this.deps.database.query<KeyRow>(LOAD, []);
    // A key that was revoked after its time had come has replaced the one before it all the same: what
    // has left the JWKS never comes back.
    const lasting = rows.filter((row) => row.revoked_at === null || row.revoked_at >= row.activates_at);
    const lines = KEY_PURPOSES.map((purpose) => lasting.filter((row) => row.purpose === purpose));
    this.keys = (await Promise.all(lines.map((line) => this.loadLine(line)))).flat();
  }

  /** The keys of one purpose, each with the time at which its successor has made it needless. */
  private async loadLine(line: KeyRow[]): Promise<RingKey[]> {
    const known = new Map(this.keys.map((key) => [key.kid, key]));
    const keys = await Promise.all(
      line.map(async (row, index): Promise<RingKey | null> => {
        if (row.revoked_at) return null;
        const successor = line[index + 1];
        const imported = known.get(row.kid) ?? (await this.import(row));
        return {
          ...imported,
          activatesAt: row.activates_at,
          retiredAt: successor ? new Date(successor.activates_at.getTime() + RETIRING_SECONDS * 1000) : null,
        };
      }),
    );
    return keys.filter((key) => key !== null);
  }

  private async import(row: KeyRow) {
    return {
      kid: row.kid,
      sequence: row.sequence,
      purpose: row.purpose,
      algorithm: row.algorithm,
      publicJwk: row.public_jwk,
      publicKey: (await importJWK(row.public_jwk, row.algorithm)) as CryptoKey,
      ...(await this.importPrivate(row)),
      createdAt: row.created_at,
    };
  }

  private async importPrivate(row: KeyRow): Promise<Pick<RingKey, 'privateKey' | 'privateJwk'>> {
    try {
      const jwk = this.deps.cipher.decrypt(row.kid, row.private_key_ciphertext);
      const privateKey = (await importJWK(jwk, row.algorithm)) as CryptoKey;
      return { privateKey, privateJwk: { ...row.public_jwk, ...jwk } };
    } catch (error) {
      if (error instanceof UnreadableSigningKeyError) return { privateKey: null, privateJwk: null };
      throw error;
    }
  }

  /**
   * For the start of a node, which should not begin with keys that it cannot use.
   * @throws UnreadableSigningKeyError when a key that signs, or will, cannot be read
   */
  requireReadable(): void {
    const [first, ...others] = this.states()
      .filter(({ key, state }) => (state === 'active' || state === 'next') && !key.privateKey)
      .map(({ key }) => key.kid);
    if (first !== undefined) throw new UnreadableSigningKeyError(first, ...others);
  }

  /**
   * The key that signs: its time has come, and its successor's has not.
   * @throws UnreadableSigningKeyError
   */
  active(purpose: KeyPurpose = 'access-token'): RingKey & { privateKey: CryptoKey } {
    const now = this.deps.clock.now();
    const key = this.keys.find((candidate) => candidate.purpose === purpose && isSigning(candidate, now));
    if (!key) throw new Error(`there is no active signing key for ${purpose}`);
    const { privateKey } = key;
    if (!privateKey) throw new UnreadableSigningKeyError(key.kid);
    return { ...key, privateKey };
  }

  /** Next, active and retiring keys: what the JWKS shows. */
  published(): RingKey[] {
    const now = this.deps.clock.now();
    return this.keys.filter((key) => key.retiredAt === null || key.retiredAt > now);
  }

  /** All keys that are not revoked, with what each is for now. */
  states(): { key: RingKey; state: KeyState }[] {
    const now = this.deps.clock.now();
    return this.keys.map((key) => {
      if (isSigning(key, now)) return { key, state: 'active' };
      if (key.activatesAt > now) return { key, state: 'next' };
      return { key, state: key.retiredAt && key.retiredAt <= now ? 'retired' : 'retiring' };
    });
  }

  /** A published key, or undefined. Never asks the database. */
  find(kid: string): RingKey | undefined {
    return this.published().find((key) => key.kid === kid);
  }

  /**
   * Like `find`, but an unknown kid looks once for keys that another node has added. Who comes while somebody is
   * already looking waits for the same answer.
   */
  async findOrRefetch(kid: string): Promise<RingKey | undefined> {
    const key = this.find(kid);
    if (key) return key;
    if (!this.refetching && performance.now() - this.refetchedAt >= REFETCH_INTERVAL_MS) {
      this.refetchedAt = performance.now();
      this.refetching = this.load().finally(() => (this.refetching = undefined));
    }
    await this.refetching;
    return this.find(kid);
  }
}

function isSigning({ activatesAt, retiredAt }: RingKey, now: Date): boolean {
  return activatesAt <= now && (retiredAt === null || secondsLater(now, RETIRING_SECONDS) < retiredAt);
}
