import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DerivedKeys } from './derived-keys.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Secrets that the database has to give back, which a hash cannot: AES-256-GCM, under a key that is not in it. */
export class SealedText {
  private readonly keys: DerivedKeys;

  constructor(secret: string, previousSecret?: string) {
    this.keys = new DerivedKeys('sealed-text', secret, previousSecret);
  }

  seal(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const { id, bytes } = this.keys.current;
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${id}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /** Null for what was sealed by a secret that is gone, or was altered. */
  open(sealed: string): string | null {
    const [id = '', content = ''] = sealed.split('.');
    const key = this.keys.find(id);
    if (!key) return null;
    const bytes = Buffer.from(content, 'base64url');
    const tagEnd = NONCE_BYTES + TAG_BYTES;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, tagEnd));
      return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }
}
