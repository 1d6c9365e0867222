/** What a page needs beyond a style sheet and pictures of this origin. */
export interface PolicyNeeds {
  /** Where answers to its forms may lead: browsers hold redirects after a post to form-action too. */
  leadsTo: string | null;
  hasScript: boolean;
  logoUrl: string | null;
}

/** The Content-Security-Policy of a page: nothing in line, nothing from elsewhere, no frame around it. */
export function contentSecurityPolicy({ leadsTo, hasScript, logoUrl }: PolicyNeeds): string {
  const target = leadsTo === null ? null : formTarget(leadsTo);
  const logo = logoUrl === null ? null : new URL(logoUrl).origin;
  return [
    "default-src 'none'",
    "style-src 'self'",
    ...(hasScript ? ["script-src 'self'"] : []),
    `img-src 'self' data:${logo ? ` ${logo}` : ''}`,
    `form-action 'self'${target ? ` ${target}` : ''}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** A redirect URI as a source of the policy; null for what no client can have registered. */
function formTarget(uri: string): string | null {
  if (!URL.canParse(uri)) return null;
  const { protocol, origin, hostname } = new URL(uri);
  // The policy has no word for an IPv6 address: native apps on [::1] get their scheme.
  if (protocol === 'http:' && hostname.startsWith('[')) return 'http:';
  if (protocol === 'http:' || protocol === 'https:') return origin;
  // RFC 8252 §7.1: private-use schemes are domain names in reverse. Never javascript: or data:.
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol) ? protocol : null;
}
