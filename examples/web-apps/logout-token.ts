import { createRemoteJWKSet, jwtVerify } from 'jose';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Checks what Signet sends when a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.6). */
export function logoutTokenVerifier(expected: { issuer: string; clientId: string; jwksUri: URL }) {
  const keys = createRemoteJWKSet(expected.jwksUri);

  /** @returns the session that has ended @throws when the token is not Signet's, or not for this app */
  return async function verify(logoutToken: string): Promise<string> {
    const { payload } = await jwtVerify<{ sid: string; events: Record<string, object> }>(logoutToken, keys, {
      issuer: expected.issuer,
      audience: expected.clientId,
      // An id token must not pass for a logout, so the type counts.
      typ: 'logout+jwt',
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat', 'jti', 'sid', 'events'],
    });
    if (!(LOGOUT_EVENT in payload.events) || 'nonce' in payload) throw new Error('this is no logout token');
    return payload.sid;
  };
}
