import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { DerivedKeys } from './derived-keys.js';

const KEY_ID_BYTES = 11;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Stored private keys cannot be read with the secrets that this process was given. */
export class UnreadableSigningKeyError extends Error {
  constructor(...kids: [string, ...string[]]) {
    super(
      `The signing key ${kids.join(', ')} in the database cannot be decrypted: SIGNET_SECRET is not the one it was stored with, ` +
        'or the row was altered. Start with the right SIGNET_SECRET (or give it as SIGNET_SECRET_PREVIOUS), ' +
        `or, if it is lost, run \`signet keys revoke -- ${kids.join(' ')}\`.`,
    );
    this.name = 'UnreadableSigningKeyError';
  }
}

/**
 * AES-256-GCM over private JWKs. Layout: id of the wrapping key, nonce, tag, ciphertext; the kid is
 * authenticated too, so that a ciphertext cannot be moved to another row.
 */
export class SigningKeyCipher {
  private readonly keys: DerivedKeys;

  constructor(secret: string, previousSecret?: string) {
    this.keys = new DerivedKeys('signing-key-encryption', secret, previousSecret);
  }

  encrypt(kid: string, privateJwk: JWK): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keys.current.bytes, nonce).setAAD(associatedData(kid));
    const body = Buffer.concat([cipher.update(JSON.stringify(privateJwk), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from(this.keys.current.id), nonce, cipher.getAuthTag(), body]);
  }

  /** @throws UnreadableSigningKeyError */
  decrypt(kid: string, stored: Uint8Array): JWK {
    const bytes = Buffer.from(stored);
    const key = this.keys.find(bytes.subarray(0, KEY_ID_BYTES).toString());
    if (!key) throw new UnreadableSigningKeyError(kid);
    const nonceEnd = KEY_ID_BYTES + NONCE_BYTES;
    const tagEnd = nonceEnd + TAG_BYTES;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(KEY_ID_BYTES, nonceEnd))
        .setAAD(associatedData(kid))
        .setAuthTag(bytes.subarray(nonceEnd, tagEnd));
      const text = Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as JWK;
    } catch {
      throw new UnreadableSigningKeyError(kid);
    }
  }

  /** True when the row was wrapped by the previous secret and wants wrapping again. */
  isOutdated(stored: Uint8Array): boolean {
    return Buffer.from(stored).subarray(0, KEY_ID_BYTES).toString() !== this.keys.current.id;
  }
}

function associatedData(kid: string): Buffer {
  return Buffer.from(`signet/signing-key/${kid}`);
}
