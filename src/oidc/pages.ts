import { createHash } from 'node:crypto';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { pagePolicy } from '../platform/page-policy.js';

/** A page, whoever made it. */
interface ComposedPage {
  status: number;
  headers: Record<string, string>;
  html: string;
}

interface PageRequest {
  uiLocales: string[];
  acceptLanguage: string | undefined;
  requestId: string;
}

/** The pages that the protocol answers with, in words that know nothing of the library. */
export interface ProtocolPages {
  error(request: PageRequest, failure: 'expired' | 'service' | 'ours', status: number): ComposedPage;
  logout(
    request: PageRequest,
    question: { client: string | null; action: string; token: string; leadsTo: string | null },
  ): ComposedPage;
  loggedOut(request: PageRequest, client: string | null): ComposedPage;
  deviceCode(
    request: PageRequest,
    form: { action: string; token: string; problem: 'wrongCode' | null },
  ): ComposedPage;
  deviceQuestion(
    request: PageRequest,
    question: {
      action: string;
      token: string;
      client: string;
      userCode: string;
      device: { ipAddress: string; userAgent: string | null };
    },
  ): ComposedPage;
  deviceDone(request: PageRequest): ComposedPage;
  deviceRefused(request: PageRequest): ComposedPage;
  deviceTooMany(request: PageRequest, retryAfterSeconds: number): ComposedPage;
}

/** Answers with pages where the library would with its own. */
export function createPageHooks(pages: ProtocolPages) {
  return {
    /** What was wrong is told to the visitor only as far as they can do something about it. */
    renderError(ctx: KoaContextWithOIDC, _out: object, error: Error): void {
      const known = error as errors.OIDCProviderError;
      const failure =
        error instanceof errors.SessionNotFound ? 'expired' : known.expose ? 'service' : ('ours' as const);
      answer(ctx, pages.error(requestOf(ctx), failure, ctx.status));
    },

    logoutSource(ctx: KoaContextWithOIDC, form: string): void {
      const [, action = ''] = /action="([^"]+)"/.exec(form) ?? [];
      const [, token = ''] = /value="([^"]+)"/.exec(form) ?? [];
      const { client, session } = ctx.oidc;
      const { postLogoutRedirectUri: leadsTo = null } = (session as SignOutState | undefined)?.state ?? {};
      answer(
        ctx,
        pages.logout(requestOf(ctx), { client: client?.clientName ?? null, action, token, leadsTo }),
      );
    },

    postLogoutSuccessSource(ctx: KoaContextWithOIDC): void {
      answer(ctx, pages.loggedOut(requestOf(ctx), ctx.oidc.client?.clientName ?? null));
    },
  };
}

interface SignOutState {
  state?: { postLogoutRedirectUri?: string };
}

/**
 * Lets the library's own pages work, which send a form on by a script in line: by the hash of that script, and to where
 * the form and the redirects after it lead.
 */
export async function admitFormPosts(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const { body } = ctx;
  if (typeof body !== 'string' || !body.includes('<title>Submitting Callback</title>')) return;
  const [, script = ''] = /<script>([^]*?)<\/script>/.exec(body) ?? [];
  const [, action = ''] = /<form method="post" action="([^"]+)">/.exec(body) ?? [];
  const { entities, session } = ctx.oidc;
  const { redirect_uri: redirectUri } = entities.Interaction?.params ?? {};
  const { postLogoutRedirectUri } = (session as SignOutState | undefined)?.state ?? {};
  const leadsTo = [action, redirectUri, postLogoutRedirectUri].filter((uri) => typeof uri === 'string');
  const hash = createHash('sha256').update(script).digest('base64');
  ctx.set('content-security-policy', pagePolicy({ leadsTo, scripts: `'sha256-${hash}'` }));
}

export function requestOf(ctx: KoaContextWithOIDC): PageRequest {
  // Before the library has looked at a request there are no parameters.
  const locales = (ctx.oidc as KoaContextWithOIDC['oidc'] | undefined)?.params?.['ui_locales'];
  return {
    uiLocales: typeof locales === 'string' ? locales.split(' ').filter(Boolean) : [],
    acceptLanguage: ctx.get('accept-language'),
    // The server has given the answer its number already.
    requestId: ctx.response.get('x-request-id'),
  };
}

export function answer(ctx: KoaContextWithOIDC, { status, headers, html }: ComposedPage): void {
  ctx.status = status;
  ctx.set(headers);
  ctx.body = html;
}
