import type { AccessTokens, RefreshTokens } from '../tokens/index.js';
import type { Session } from './session.entity.js';

/** What a client holds after a sign-in or a refresh. */
export interface TokenPair {
  accessToken: string;
  /** Life of the access token, in seconds. */
  expiresIn: number;
  accessTokenExpiresAt: Date;
  refreshToken: string;
  refreshTokenExpiresAt: Date;
}

/** Makes both tokens of a session in its present state; writes nothing. */
export function createIssueTokens(deps: { accessTokens: AccessTokens; refreshTokens: RefreshTokens }) {
  return async function issueTokens(session: Session, permissions: string[]): Promise<TokenPair> {
    const { token, expiresAt, ttlSeconds } = await deps.accessTokens.mint({
      userId: session.userId,
      sessionId: session.id,
      clientId: session.clientId,
      authenticatedAt: session.authenticatedAt,
      amr: session.amr,
      permissions,
      sessionEndsAt: session.absoluteExpiresAt,
    });
    const refreshToken = await deps.refreshTokens.mint({
      sessionId: session.id,
      generation: session.refreshGeneration,
      refreshedAt: session.refreshedAt,
      idleExpiresAt: session.idleExpiresAt,
    });
    return {
      accessToken: token,
      expiresIn: ttlSeconds,
      accessTokenExpiresAt: expiresAt,
      refreshToken,
      refreshTokenExpiresAt: session.idleExpiresAt,
    };
  };
}

export type IssueTokens = ReturnType<typeof createIssueTokens>;
