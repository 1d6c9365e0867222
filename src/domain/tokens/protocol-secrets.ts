import { createHmac, timingSafeEqual } from 'node:crypto';
import { DerivedKeys } from './derived-keys.js';
import { SealedText } from './sealed-text.js';

/** Secrets that the protocol and its pages work with, each derived for one purpose from SIGNET_SECRET. */
export class ProtocolSecrets {
  private readonly refresh: DerivedKeys;
  private readonly forms: DerivedKeys;
  /** Keys that sign cookies, the present one first. */
  readonly cookieKeys: string[];
  readonly sealed: SealedText;

  constructor(secret: string, previousSecret?: string) {
    this.refresh = new DerivedKeys('oidc-refresh-token', secret, previousSecret);
    this.forms = new DerivedKeys('form-tokens', secret, previousSecret);
    this.sealed = new SealedText(secret, previousSecret);
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
    return createHmac('sha256', this.forms.current.bytes).update(id).digest('base64url');
  }

  isFormToken(id: string, token: string): boolean {
    const expected = Buffer.from(this.formToken(id));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}
