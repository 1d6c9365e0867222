import { createHash, randomUUID } from 'node:crypto';
import { SignJWT, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import { keyPair } from './clients.js';

export interface ProofWishes {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  accessToken?: string;
}

/** A key of a client, and proofs that it has it (RFC 9449). */
export class ProofKey {
  private readonly pair = keyPair('ec') as { publicJwk: JWK; privateJwk: JWK };

  get privateJwk(): JWK {
    return this.pair.privateJwk;
  }

  thumbprint(): Promise<string> {
    return calculateJwkThumbprint(this.pair.publicJwk);
  }

  async proof(
    method: string,
    url: string,
    { claims, header, accessToken }: ProofWishes = {},
  ): Promise<string> {
    const ath = accessToken ? { ath: createHash('sha256').update(accessToken).digest('base64url') } : {};
    const whole = {
      htm: method,
      htu: url,
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1000),
      ...ath,
      ...claims,
    };
    return new SignJWT(whole)
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: this.pair.publicJwk, ...header } as never)
      .sign(await importJWK(this.pair.privateJwk, 'ES256'));
  }
}
