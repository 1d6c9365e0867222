import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** By this, scanners of repositories and logs recognise a leaked one. */
const PREFIX = 'signet_cs_';

/** 256 random bits: nobody guesses one in any number of attempts. */
export function newClientSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

/**
 * One round of SHA-256. Slow hashes such as argon2 make up for what people choose; a secret of 256 random bits
 * cannot be found from its hash at any speed, and machines present theirs on every request for a token.
 */
export function hashClientSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares with every hash, in a time that says nothing of which one it was, nor of how much was right. */
export function matchesClientSecret(secretHashes: readonly string[], secret: string): boolean {
  const presented = Buffer.from(hashClientSecret(secret));
  let matches = false;
  for (const secretHash of secretHashes) {
    const kept = Buffer.from(secretHash);
    if (kept.length === presented.length && timingSafeEqual(kept, presented)) matches = true;
  }
  return matches;
}
