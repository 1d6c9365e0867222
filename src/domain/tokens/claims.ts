/** What an access token is made from. */
export interface TokenSubject {
  userId: string;
  sessionId: string;
  clientId: string;
  authenticatedAt: Date;
  /** Authentication methods (RFC 8176), e.g. `pwd`. */
  amr: string[];
  permissions: string[];
  /** When the session ends in any case: no token of it is valid for longer. */
  sessionEndsAt: Date;
}

/**
 * The one place for claims of your own: a function from the subject to extra claims. They are visible
 * to whoever holds the token, and make every request heavier; personal data does not belong here.
 */
export type ClaimsContributor = (subject: TokenSubject) => Record<string, unknown>;

/** Claims that Signet owns (RFC 9068 §2.2); a contributor that sets one of them is a programming error. */
const RESERVED = new Set([
  ...[
    'iss',
    'sub',
    'aud',
    'exp',
    'iat',
    'nbf',
    'jti',
    'client_id',
    'sid',
    'auth_time',
    'amr',
    'acr',
    'scope',
    'cnf',
  ],
]);

/** The payload without times and identifiers, which the minting adds. */
export function buildClaims(subject: TokenSubject, contribute: ClaimsContributor): Record<string, unknown> {
  const extra = contribute(subject);
  const taken = Object.keys(extra).find((claim) => RESERVED.has(claim));
  if (taken) throw new Error(`a claims contributor may not set "${taken}"`);
  return {
    ...extra,
    client_id: subject.clientId,
    sid: subject.sessionId,
    auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
    amr: subject.amr,
    scope: subject.permissions.join(' '),
  };
}
