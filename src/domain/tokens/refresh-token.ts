import { SignJWT, decodeProtectedHeader, jwtVerify } from 'jose';
import { validate as isUuid } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import { DerivedKeys } from './derived-keys.js';
import { isCanonical } from './token-text.js';

const REFRESH_TOKEN_TYPE = 'rt+jwt';
const MAX_TOKEN_BYTES = 2 * 1024;

/** The state of a session from which its present refresh token follows, bit for bit. */
export interface RefreshState {
  sessionId: string;
  generation: number;
  refreshedAt: Date;
  idleExpiresAt: Date;
}

/** What a genuine refresh token says. Whether it is the present one is for the database to tell. */
export interface ReadRefreshToken {
  sessionId: string;
  generation: number;
}

/**
 * Refresh tokens: JWTs under an HMAC key derived for them alone. Since each is derived from the
 * session's state, the same one can be issued again to a client whose answer got lost, and a forged one
 * never reaches the database.
 */
export class RefreshTokens {
  private readonly keys: DerivedKeys;

  constructor(
    private readonly deps: { secret: string; previousSecret?: string; issuer: string; clock: Clock },
  ) {
    this.keys = new DerivedKeys('refresh-token', deps.secret, deps.previousSecret);
  }

  mint(state: RefreshState): Promise<string> {
    const { id, bytes } = this.keys.current;
    return new SignJWT({ sid: state.sessionId, gen: state.generation })
      .setProtectedHeader({ alg: 'HS256', typ: REFRESH_TOKEN_TYPE, kid: id })
      .setIssuer(this.deps.issuer)
      .setIssuedAt(Math.floor(state.refreshedAt.getTime() / 1000))
      .setExpirationTime(Math.floor(state.idleExpiresAt.getTime() / 1000))
      .sign(bytes);
  }

  /** Null for anything that is not a genuine, unexpired refresh token of this issuer. */
  async read(token: string): Promise<ReadRefreshToken | null> {
    if (token.length > MAX_TOKEN_BYTES || !isCanonical(token)) return null;
    try {
      const { kid } = decodeProtectedHeader(token);
      const key = typeof kid === 'string' ? this.keys.find(kid) : undefined;
      if (!key) return null;
      const { payload } = await jwtVerify(token, key.bytes, {
        algorithms: ['HS256'],
        typ: REFRESH_TOKEN_TYPE,
        issuer: this.deps.issuer,
        requiredClaims: ['exp', 'iat'],
        currentDate: this.deps.clock.now(),
      });
      const { sid, gen } = payload;
      return isUuid(sid) && Number.isSafeInteger(gen)
        ? { sessionId: sid as string, generation: gen as number }
        : null;
    } catch (error) {
      if (error instanceof TypeError || (error instanceof Error && 'code' in error)) return null;
      throw error;
    }
  }
}
