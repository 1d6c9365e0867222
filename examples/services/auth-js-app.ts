import { ExpressAuth, getSession, type ExpressAuthConfig } from '@auth/express';
import express, { type Express } from 'express';
import { logoutTokenVerifier } from '../web-apps/logout-token.js';

/**
 * An Express application that signs in by Auth.js. Needs a client of type WEB with the redirect URI
 * `https://orders.example.com/auth/callback/signet`, the post-logout redirect URI `https://orders.example.com/`, and the
 * back-channel logout URI `https://orders.example.com/backchannel-logout`.
 */
export interface AuthJsSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Encrypts the cookie in which Auth.js keeps its session: 32 random bytes or more. */
  secret: string;
}

interface Held {
  accessToken: string;
  refreshToken: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

/** Before the access token ends, in seconds, so that it does not end on its way. */
const EARLY = 60;

export function authJsApp({ issuer, clientId, clientSecret, secret }: AuthJsSettings): Express {
  /**
   * Tokens by the session at Signet; a database where there are several processes. They do not belong into the cookie of Auth.js:
   * `getSession` of @auth/express cannot write it, so a refresh token that was renewed there would be lost, and the old one
   * brought again. Signet takes that for theft, and ends the session.
   */
  const held = new Map<string, Held>();

  const config: ExpressAuthConfig = {
    secret,
    trustHost: true,
    providers: [
      {
        id: 'signet',
        name: 'Signet',
        type: 'oidc',
        issuer,
        clientId,
        clientSecret,
        authorization: { params: { scope: 'openid profile email' } },
        // `pkce` is what Signet insists on; the other two are for the answer and the id token to be for this browser.
        checks: ['pkce', 'state', 'nonce'],
      },
    ],
    callbacks: {
      async jwt({ token, account, profile }) {
        if (!account) return (await isStillSignedIn(String(token['sid']))) ? token : null;
        const sid = String(profile!['sid']);
        held.set(sid, {
          accessToken: account.access_token!,
          refreshToken: account.refresh_token!,
          expiresAt: account.expires_at!,
        });
        return { sub: profile!.sub!, name: profile!.name, email: profile!.email, sid };
      },
      session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub! } }),
      // After its own sign-out Auth.js leads to Signet's, where the session for all services ends.
      redirect: ({ url, baseUrl }) =>
        new URL(url, baseUrl).origin === baseUrl || url.startsWith(`${issuer}/oidc/logout?`) ? url : baseUrl,
    },
  };

  async function isStillSignedIn(sid: string): Promise<boolean> {
    const tokens = held.get(sid);
    if (!tokens) return false;
    if (tokens.expiresAt - EARLY > Date.now() / 1000) return true;
    const response = await fetch(`${issuer}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken }),
    });
    // The session has ended at Signet.
    if (response.status === 400) return !held.delete(sid);
    if (!response.ok) throw new Error(`Signet answers ${response.status}`);
    const renewed = (await response.json()) as {
      access_token: string;
      refresh_token: string;
      expires_in: number;
    };
    held.set(sid, {
      accessToken: renewed.access_token,
      refreshToken: renewed.refresh_token,
      expiresAt: Math.floor(Date.now() / 1000) + renewed.expires_in,
    });
    return true;
  }

  const verifyLogoutToken = logoutTokenVerifier({
    issuer,
    clientId,
    jwksUri: new URL(`${issuer}/.well-known/jwks.json`),
  });
  const app = express();
  app.use('/auth', ExpressAuth(config));
  app.get('/', async (request, response) => {
    response.json((await getSession(request, config))?.user ?? null);
  });
  app.get('/sign-out', (request, response) => {
    const here = `${request.protocol}://${request.get('host')!}/`;
    const after = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: here });
    const callbackUrl = `${issuer}/oidc/logout?${String(after)}`;
    response.redirect(`/auth/signout?${String(new URLSearchParams({ callbackUrl }))}`);
  });
  app.post('/backchannel-logout', express.urlencoded(), async (request, response) => {
    const { logout_token: token = '' } = (request.body ?? {}) as { logout_token?: string };
    const sid = await verifyLogoutToken(token).catch(() => null);
    if (sid) held.delete(sid);
    response.status(sid ? 200 : 400).end();
  });
  return app;
}
