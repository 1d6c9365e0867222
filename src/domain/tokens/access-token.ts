import { SignJWT, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { v4 as uuidv4, validate as isUuid } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import { buildClaims, type ClaimsOptions, type TokenSubject } from './claims.js';
import type { KeyRing } from './key-ring.js';
import { isCanonical } from './token-text.js';

/** RFC 9068 §2.1 */
const ACCESS_TOKEN_TYPE = 'at+jwt';
/** Longer than any token that Signet makes, and short enough to refuse in no time. */
const MAX_TOKEN_BYTES = 16 * 1024;
/** No setting lets a token live longer; one that says so is not from here, whoever signed it. */
const MAX_LIFE_SECONDS = 3600;
/** Nodes share the database's time, but read it at different moments. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Verified tokens remembered by their exact text: at 1 KB each, 10 MB. */
const REMEMBERED_TOKENS = 10_000;

export interface AccessTokenOptions extends ClaimsOptions {
  issuer: string;
  audience: string;
  ttlSeconds: number;
}

export interface MintedToken {
  token: string;
  expiresAt: Date;
  ttlSeconds: number;
}

/** What a verified token says. Whether its session still lives is not in it: ask the database. */
export interface VerifiedToken {
  userId: string;
  sessionId: string;
  clientId: string;
  /** Permissions that it is for; null when they did not fit, and all are meant that its client may have. */
  scope: ReadonlySet<string> | null;
  kid: string;
  /** Seconds since the epoch. */
  iat: number;
  /** Seconds since the epoch. */
  exp: number;
}

/** The same, and what only who asks about it wants to know. */
export interface InspectedToken extends VerifiedToken {
  jti: string;
  audience: string | string[];
  /** Thumbprint of the key of its client that it is bound to (RFC 9449 §6); null for a bearer token. */
  jkt: string | null;
}

/** Mints and verifies the access tokens of both doors (RFC 9068). */
export class AccessTokens {
  private readonly remembered = new LRUCache<string, VerifiedToken>({ max: REMEMBERED_TOKENS });

  constructor(private readonly deps: { keyRing: KeyRing; clock: Clock; options: AccessTokenOptions }) {}

  async mint(subject: TokenSubject): Promise<MintedToken> {
    const { keyRing, clock, options } = this.deps;
    const key = keyRing.active();
    const issuedAt = Math.floor(clock.now().getTime() / 1000);
    const endsAt = Math.floor(subject.sessionEndsAt.getTime() / 1000);
    const expiresAt = Math.min(issuedAt + options.ttlSeconds, endsAt);
    const token = await new SignJWT(await buildClaims(subject, options))
      .setProtectedHeader({ alg: key.algorithm, typ: ACCESS_TOKEN_TYPE, kid: key.kid })
      .setIssuer(options.issuer)
      .setSubject(subject.userId)
      .setAudience(options.audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .setJti(uuidv4())
      .sign(key.privateKey);
    return { token, expiresAt: new Date(expiresAt * 1000), ttlSeconds: expiresAt - issuedAt };
  }

  /** The claims of an access token that somebody else signs with our key, without times and identifiers. */
  claimsOf(subject: TokenSubject): Promise<Record<string, unknown>> {
    return buildClaims(subject, this.deps.options);
  }

  /**
   * A JWT of claims about the user of a token, valid for as long as that token. It names no audience, so that no
   * verifier takes it for an access token, whether it looks at `typ` or not.
   */
  signClaims(token: VerifiedToken, claims: Record<string, unknown>): Promise<string> {
    const { keyRing, clock, options } = this.deps;
    const key = keyRing.active();
    return new SignJWT(claims)
      .setProtectedHeader({ alg: key.algorithm, typ: 'JWT', kid: key.kid })
      .setIssuer(options.issuer)
      .setSubject(token.userId)
      .setIssuedAt(Math.floor(clock.now().getTime() / 1000))
      .setExpirationTime(token.exp)
      .sign(key.privateKey);
  }

  /**
   * Checks everything that the text itself can tell; null for any fault, without saying which. The
   * algorithm comes from our key and never from the token (RFC 8725 §3.1).
   */
  async verify(token: string): Promise<VerifiedToken | null> {
    const now = this.deps.clock.now();
    const known = this.remembered.get(token);
    if (known) {
      const valid = known.exp * 1000 > now.getTime() && this.deps.keyRing.find(known.kid) !== undefined;
      if (!valid) this.remembered.delete(token);
      return valid ? known : null;
    }
    const verified = await this.verifyUnknown(token, now);
    if (verified) this.remembered.set(token, verified);
    return verified;
  }

  /**
   * What a token says, for who does not act by it but asks what it is worth: introspection and revocation. One that is bound to
   * a key says so.
   */
  async inspect(token: string): Promise<InspectedToken | null> {
    const now = this.deps.clock.now();
    const verified = await this.payloadOf(token, now);
    if (!verified) return null;
    const { cnf, ...payload } = verified.payload as JWTPayload & { cnf?: { jkt?: string } };
    const claims = claimsOf(payload, verified.kid, now);
    return claims && { ...claims, jti: payload.jti!, audience: payload.aud!, jkt: cnf?.jkt ?? null };
  }

  private async verifyUnknown(token: string, now: Date): Promise<VerifiedToken | null> {
    const verified = await this.payloadOf(token, now);
    return verified && claimsOf(verified.payload, verified.kid, now);
  }

  private async payloadOf(token: string, now: Date): Promise<{ payload: JWTPayload; kid: string } | null> {
    if (token.length > MAX_TOKEN_BYTES || !isCanonical(token)) return null;
    try {
      const { kid, typ } = decodeProtectedHeader(token);
      if (typeof kid !== 'string' || typ !== ACCESS_TOKEN_TYPE) return null;
      const key = await this.deps.keyRing.findOrRefetch(kid);
      if (key?.purpose !== 'access-token') return null;
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [key.algorithm],
        typ: ACCESS_TOKEN_TYPE,
        issuer: this.deps.options.issuer,
        audience: this.deps.options.audience,
        requiredClaims: ['exp', 'iat', 'sub', 'sid', 'jti', 'client_id'],
        currentDate: now,
      });
      return { payload, kid };
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J')) return null;
      if (error instanceof TypeError) return null; // a header that is no JSON, a key that does not fit
      throw error;
    }
  }
}

function claimsOf(payload: JWTPayload, kid: string, now: Date): VerifiedToken | null {
  const { sub, sid, exp, iat, client_id: clientId, scope = '' } = payload;
  if (typeof clientId !== 'string' || typeof scope !== 'string') return null;
  // Bound to a key of its client (RFC 9449 §7.2): whoever sends it as a bearer token has not shown to have that.
  if (payload['cnf'] !== undefined) return null;
  if (!isUuid(sub) || !isUuid(sid) || !Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) return null;
  const issuedLater = iat! > now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS;
  if (issuedLater || exp! - iat! > MAX_LIFE_SECONDS) return null;
  const isElsewhere = payload['_claim_names'] !== undefined;
  return {
    userId: sub as string,
    sessionId: sid as string,
    clientId,
    scope: isElsewhere ? null : new Set(scope.split(' ').filter(Boolean)),
    kid,
    iat: iat!,
    exp: exp!,
  };
}
