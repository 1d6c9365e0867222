/** What a page needs beyond a style sheet and pictures of this origin. */
export interface PageNeeds {
  /** Where answers to its forms may lead: browsers hold redirects after a post to form-action too. */
  leadsTo?: readonly string[];
  /** Where its scripts are from, as the policy says it: `'self'`, or the hash of one. */
  scripts?: string;
  pictures?: string | null;
}

/** The Content-Security-Policy of a page: nothing in line, nothing from elsewhere, no frame around it. */
export function pagePolicy({ leadsTo = [], scripts, pictures = null }: PageNeeds): string {
  const targets = new Set(leadsTo.map(formTarget).filter((target) => target !== null));
  const origin = pictures === null ? [] : [new URL(pictures).origin];
  return [
    "default-src 'none'",
    "style-src 'self'",
    ...(scripts ? [`script-src ${scripts}`] : []),
    ["img-src 'self' data:", ...origin].join(' '),
    ["form-action 'self'", ...targets].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** An address as a source of the policy; null for what no form may lead to. */
function formTarget(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, origin, hostname } = new URL(address);
  // The policy has no word for an IPv6 address: native apps on [::1] get their scheme.
  if (protocol === 'http:' && hostname.startsWith('[')) return 'http:';
  if (protocol === 'http:' || protocol === 'https:') return origin;
  // RFC 8252 §7.1: private-use schemes are domain names in reverse. Never javascript: or data:.
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol) ? protocol : null;
}
