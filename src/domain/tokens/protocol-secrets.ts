import { createHmac, timingSafeEqual } from 'node:crypto';
import { DerivedKeys, type DerivedKey } from './derived-keys.js';
import { SealedText } from './sealed-text.js';

/** Secrets that the protocol and its pages work with, each derived for one purpose from SIGNET_SECRET. */
export class ProtocolSecrets {
  private readonly refresh: DerivedKeys;
  private readonly forms: DerivedKeys;
  /** Keys that sign cookies, the present one first. */
  readonly cookieKeys: string[];
  readonly sealed: SealedText;
  /** Of which nonces are made that clients put into their proofs (RFC 9449 §8). */
  readonly nonceSecret: Uint8Array;

  constructor(secret: string, previousSecret?: string) {
    this.refresh = new DerivedKeys('oidc-refresh-token', secret, previousSecret);
    this.forms = new DerivedKeys('form-tokens', secret, previousSecret);
    this.sealed = new SealedText(secret, previousSecret);
    this.nonceSecret = new DerivedKeys('dpop-nonces', secret).current.bytes;
    this.cookieKeys = [secret, previousSecret]
      .filter((one) => one !== undefined)
      .map((one) => Buffer.from(new DerivedKeys('oidc-cookies', one).current.bytes).toString('base64url'));
  }

  /**
   * The refresh token that replaces one: it follows from it, so that who asks again because an answer got lost gets the same
   * (decision 2). 256 bits, as unguessable as its predecessor and the key.
   */
  successorOf(refreshToken: string): string {
    return createHmac('sha256', this.refresh.current.bytes).update(refreshToken).digest('base64url');
  }

  /** Proof that a form came from the page with this id (CSRF): only who was shown the page can send it. */
  formToken(id: string): string {
    return formToken(this.forms.current, id);
  }

  /** Also while SIGNET_SECRET changes: pages that people have open were made under the previous one. */
  isFormToken(id: string, token: string): boolean {
    return this.forms.all.some((key) => isSame(formToken(key, id), token));
  }
}

function formToken(key: DerivedKey, id: string): string {
  return createHmac('sha256', key.bytes).update(id).digest('base64url');
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
