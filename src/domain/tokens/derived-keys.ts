import { createHash, hkdfSync } from 'node:crypto';

/** What a key is derived for. Each purpose has a key of its own, so that no token of one passes as another. */
export type KeyPurpose =
  | 'refresh-token'
  | 'signing-key-encryption'
  | 'oidc-refresh-token'
  | 'oidc-cookies'
  | 'form-tokens'
  | 'dpop-nonces'
  | 'sealed-text';

export interface DerivedKey {
  /** Tells apart keys of the present secret from those of the previous one; says nothing about either. */
  id: string;
  bytes: Uint8Array;
}

/** HKDF-SHA256 (RFC 5869) over SIGNET_SECRET: 32 bytes for one purpose. */
function deriveKey(secret: string, purpose: KeyPurpose): DerivedKey {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, '', `signet/${purpose}/v1`, 32));
  const id = createHash('sha256').update(bytes).digest('base64url').slice(0, 11);
  return { id, bytes };
}

/** The present key first; the previous one only reads what it made before. */
export class DerivedKeys {
  readonly current: DerivedKey;
  private readonly byId: Map<string, DerivedKey>;

  constructor(purpose: KeyPurpose, secret: string, previousSecret?: string) {
    this.current = deriveKey(secret, purpose);
    const all = [this.current, ...(previousSecret ? [deriveKey(previousSecret, purpose)] : [])];
    this.byId = new Map(all.map((key) => [key.id, key]));
  }

  /** The present one first. */
  get all(): DerivedKey[] {
    return [...this.byId.values()];
  }

  find(id: string): DerivedKey | undefined {
    return this.byId.get(id);
  }
}
