import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from './errors.js';

/** `__Host-` makes browsers insist on Secure, on Path=/ and on no Domain: no sibling site can plant one. */
export const REFRESH_COOKIE = '__Host-signet-refresh';

/**
 * The refresh token in a cookie that scripts cannot read. Browsers send cookies by themselves, so every
 * use of it first makes sure that the page which asks is one of ours.
 */
export class RefreshCookie {
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly allowedOrigins: readonly string[],
  ) {}

  /** @throws FORBIDDEN when a page of another site sent it */
  read(): string | null {
    const value = this.request.cookies[REFRESH_COOKIE];
    if (!value) return null;
    this.refuseOtherSites();
    return value;
  }

  /** @throws FORBIDDEN when a page of another site asks for it (login CSRF) */
  refuseOtherSites(): void {
    const { origin, 'sec-fetch-site': fetchSite } = this.request.headers;
    const foreignOrigin = origin !== undefined && !this.allowedOrigins.includes(origin);
    const foreignFetch = origin === undefined && fetchSite === 'cross-site';
    if (foreignOrigin || foreignFetch)
      throw new RequestError(
        'FORBIDDEN',
        'The refresh cookie is not for pages of this origin; add it to SIGNET_ALLOWED_ORIGINS.',
      );
  }

  write(refreshToken: string, expires: Date): void {
    void this.reply.setCookie(REFRESH_COOKIE, refreshToken, { ...attributes, expires });
  }

  clear(): void {
    if (this.request.cookies[REFRESH_COOKIE]) void this.reply.clearCookie(REFRESH_COOKIE, attributes);
  }

  /** What the browser sent, only to find out which session it is of. Decides nothing that another site may ask for. */
  peek(): string | null {
    return this.request.cookies[REFRESH_COOKIE] ?? null;
  }
}

const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
