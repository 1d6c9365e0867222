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
export type ClaimsContributor = (
  subject: TokenSubject,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

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
    '_claim_names',
    '_claim_sources',
  ],
]);

export interface ClaimsOptions {
  contributeClaims: ClaimsContributor;
  /** Bytes that `scope` may take. */
  scopeBytes: number;
  /** Where who holds the token asks for its permissions when they did not fit. */
  permissionsEndpoint: string;
}

/** The payload without times and identifiers, which the minting adds. */
export async function buildClaims(
  subject: TokenSubject,
  options: ClaimsOptions,
): Promise<Record<string, unknown>> {
  const extra = await options.contributeClaims(subject);
  const taken = Object.keys(extra).find((claim) => RESERVED.has(claim));
  if (taken) throw new Error(`a claims contributor may not set "${taken}"`);
  return {
    ...extra,
    client_id: subject.clientId,
    sid: subject.sessionId,
    auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
    amr: subject.amr,
    ...scopeClaims(subject.permissions, options),
  };
}

/**
 * All permissions or none: a part of them would make some requests fail and others not, for no reason that
 * anybody could see. With none, `scope` is empty and named as a claim to be had elsewhere: the distributed claims
 * of OpenID Connect Core 1.0 §5.6.2.
 */
function scopeClaims(permissions: string[], options: ClaimsOptions): Record<string, unknown> {
  const scope = permissions.join(' ');
  if (Buffer.byteLength(scope) <= options.scopeBytes) return { scope };
  return {
    scope: '',
    _claim_names: { scope: 'permissions' },
    _claim_sources: { permissions: { endpoint: options.permissionsEndpoint } },
  };
}
