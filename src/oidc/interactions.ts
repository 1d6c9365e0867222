import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults, type KoaContextWithOIDC } from 'oidc-provider';
import type { Caller } from '../domain/caller.js';
import type { OAuthClientRecord } from './clients.js';
import { callerOf, type OpenId } from './mount.js';
import { OwnBrowser } from './own-browser.js';

/** What a service sent somebody to us for. */
export interface SignInRequest {
  uid: string;
  prompt: 'login' | 'consent';
  client: OAuthClientRecord;
  /** What somebody who agrees gives: identity scopes and permissions that the service may have and has not yet. */
  scopes: string[];
  loginHint: string | null;
  uiLocales: string[];
  /** The session that the browser has, and whose it is. */
  session: { id: string; userId: string } | null;
  /** Where the answer goes, for the policy of the page's forms. */
  redirectUri: string;
}

export interface SignedIn {
  userId: string;
  sessionId: string;
  amr: string[];
  authenticatedAt: Date;
}

interface Deps {
  issuer: string;
  openId: OpenId;
  findOAuthClient(clientId: string): Promise<OAuthClientRecord | null>;
  saveConsent(userId: string, clientId: string, scopes: readonly string[], caller: Caller): Promise<void>;
}

/** Between the pages and the protocol: what is asked, and what people answered. */
export function createInteractions({ issuer, openId, findOAuthClient, saveConsent }: Deps) {
  const ownBrowser = new OwnBrowser(issuer.startsWith('https:'));

  function cookiesOf(request: FastifyRequest, reply: FastifyReply) {
    return openId.current().createContext(openId.prepare(request), reply.raw).cookies;
  }

  /** @throws SessionNotFound also when it began in another browser */
  async function details(request: FastifyRequest, reply: FastifyReply) {
    const interaction = await openId.current().interactionDetails(openId.prepare(request), reply.raw);
    if (!ownBrowser.began(cookiesOf(request, reply), interaction.uid))
      throw new errors.SessionNotFound('it began in another browser');
    return interaction;
  }

  return {
    /** Who is signed in in this browser, by the session of now. */
    browserSession,

    /** Null when the request has expired, was answered, or is not of this browser. */
    async describe(request: FastifyRequest, reply: FastifyReply): Promise<SignInRequest | null> {
      try {
        const { uid, prompt, params } = await details(request, reply);
        const client = await findOAuthClient(String(params['client_id']));
        if (!client) return null;
        const text = (name: string) => (typeof params[name] === 'string' ? params[name] : null);
        return {
          uid,
          prompt: prompt.name === 'consent' ? 'consent' : 'login',
          client,
          scopes: missingScopes(prompt) ?? (text('scope') ?? '').split(' ').filter(Boolean),
          loginHint: text('login_hint'),
          uiLocales: (text('ui_locales') ?? '').split(' ').filter(Boolean),
          session: await browserSession(request, reply),
          redirectUri: text('redirect_uri') ?? '',
        };
      } catch (error) {
        if (error instanceof errors.SessionNotFound) return null;
        throw error;
      }
    },

    /** @returns where to send the browser, with 303 */
    async finishLogin(request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn): Promise<string> {
      const { userId: accountId, sessionId, amr, authenticatedAt } = signedIn;
      const ts = Math.floor(authenticatedAt.getTime() / 1000);
      const login = { accountId, amr, ts, sessionId };
      return finish(request, reply, { login });
    },

    /** The user lets the client have everything that it asks for. */
    async finishConsent(request: FastifyRequest, reply: FastifyReply): Promise<string> {
      const { prompt, params, session, grantId } = await details(request, reply);
      const provider = openId.current();
      const clientId = String(params['client_id']);
      const accountId = session!.accountId;
      const grant =
        (grantId ? await provider.Grant.find(grantId) : undefined) ??
        new provider.Grant({ accountId, clientId });
      const missing = prompt.details as MissingScopes;
      const given = [...(missing.missingOIDCScope ?? [])];
      if (missing.missingOIDCScope) grant.addOIDCScope(missing.missingOIDCScope.join(' '));
      for (const [resource, scopes] of Object.entries(missing.missingResourceScopes ?? {})) {
        grant.addResourceScope(resource, scopes.join(' '));
        given.push(...scopes);
      }
      await saveConsent(accountId, clientId, given, callerOf(request));
      return finish(request, reply, { consent: { grantId: await grant.save() } });
    },

    /** The user wants none of it. */
    async refuse(request: FastifyRequest, reply: FastifyReply): Promise<string> {
      return finish(request, reply, {
        error: 'access_denied',
        error_description: 'the user did not agree',
      });
    },
  };

  /** The session of now: another tab may have signed in since this request began. */
  async function browserSession(request: FastifyRequest, reply: FastifyReply) {
    const context = { req: openId.prepare(request), res: reply.raw };
    const { uid, accountId } = await openId.current().Session.get(context as KoaContextWithOIDC);
    return accountId ? { id: uid, userId: accountId } : null;
  }

  async function finish(
    request: FastifyRequest,
    reply: FastifyReply,
    result: InteractionResults,
  ): Promise<string> {
    const raw = openId.prepare(request);
    await details(request, reply);
    return openId.current().interactionResult(raw, reply.raw, result, { mergeWithLastSubmission: true });
  }
}

interface MissingScopes {
  missingOIDCScope?: string[];
  missingResourceScopes?: Record<string, string[]>;
}

/** Null when nothing is missing, and the service asks all the same. */
function missingScopes({ details }: { details: object }): string[] | null {
  const { missingOIDCScope = [], missingResourceScopes = {} } = details as MissingScopes;
  const missing = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
  return missing.length > 0 ? missing : null;
}

export type Interactions = ReturnType<typeof createInteractions>;
