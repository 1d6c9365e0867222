import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';

type Cookies = KoaContextWithOIDC['cookies'];

/** More sign-ins than that within their hour, and the earlier ones of this browser are over. */
const MAX_PENDING = 20;

/**
 * Ties a sign-in to the browser in which it began. The library's cookie of an interaction has the path of its page, so
 * it cannot be `__Host-`: a sibling site could plant one, wait until its victim has signed in by it, and go on with
 * the session in its own browser. Nobody else can plant this one.
 */
export class OwnBrowser {
  private readonly prefix: string;
  private readonly options: { path: '/'; httpOnly: true; sameSite: 'lax'; secure: boolean; signed: false };

  constructor(secure: boolean) {
    this.prefix = `${secure ? '__Host-' : ''}signet-began-`;
    this.options = { path: '/', httpOnly: true, sameSite: 'lax', secure, signed: false };
  }

  begin(cookies: Cookies, cookieHeader: string, uid: string, seconds: number): void {
    const earlier = cookieHeader
      .split('; ')
      .flatMap((pair) => (pair.startsWith(this.prefix) ? [pair.split('=')[0]!] : []));
    if (earlier.length >= MAX_PENDING) for (const name of earlier) cookies.set(name, null, this.options);
    cookies.set(this.nameOf(uid), '1', { ...this.options, maxAge: seconds * 1000 });
  }

  began(cookies: Cookies, uid: string): boolean {
    return cookies.get(this.nameOf(uid), { signed: false }) === '1';
  }

  private nameOf(uid: string): string {
    return `${this.prefix}${createHash('sha256').update(uid).digest('base64url').slice(0, 16)}`;
  }
}
