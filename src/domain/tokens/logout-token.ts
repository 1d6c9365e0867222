import { SignJWT } from 'jose';
import { v4 as uuidv4 } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { KeyRing } from './key-ring.js';
import { ID_TOKEN_PURPOSES, type SigningAlgorithm } from './signing-key.entity.js';

/** OpenID Connect Back-Channel Logout 1.0 §2.4 recommends two minutes at most. */
const LIFE_SECONDS = 120;
/** §2.4: what says that it is a logout, and that nobody may take it for an id token. */
const LOGOUT_TOKEN_TYPE = 'logout+jwt';
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

export interface LogoutSubject {
  clientId: string;
  userId: string;
  sessionId: string;
  /** The algorithm of the client's id tokens, which it can verify. */
  algorithm: SigningAlgorithm;
}

/** Makes the tokens by which services hear that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export class LogoutTokens {
  constructor(private readonly deps: { keyRing: KeyRing; clock: Clock; issuer: string }) {}

  /** A new one for every attempt: the one before may have expired on the way. */
  async mint({ clientId, userId, sessionId, algorithm }: LogoutSubject): Promise<string> {
    const key = this.deps.keyRing.active(ID_TOKEN_PURPOSES[algorithm]);
    const issuedAt = Math.floor(this.deps.clock.now().getTime() / 1000);
    return new SignJWT({ events: { [LOGOUT_EVENT]: {} }, sid: sessionId })
      .setProtectedHeader({ alg: key.algorithm, typ: LOGOUT_TOKEN_TYPE, kid: key.kid })
      .setIssuer(this.deps.issuer)
      .setSubject(userId)
      .setAudience(clientId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFE_SECONDS)
      .setJti(uuidv4())
      .sign(key.privateKey);
  }
}
