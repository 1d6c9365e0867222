import { ExpressAuth, getSession, type ExpressAuthConfig } from '@auth/express';
import express, { type Express } from 'express';

/**
 * An Express application that signs in by Auth.js. Needs a client of type WEB with the redirect URI
 * `https://orders.example.com/auth/callback/signet` and the post-logout redirect URI `https://orders.example.com/`.
 */
export interface AuthJsSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Encrypts the cookie in which Auth.js keeps its session: 32 random bytes or more. */
  secret: string;
}

export function authJsApp({ issuer, clientId, clientSecret, secret }: AuthJsSettings): Express {
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
        // `pkce` is what Signet insists on; the other two are for the id token and the answer to be for this browser.
        checks: ['pkce', 'state', 'nonce'],
      },
    ],
    callbacks: {
      // What Auth.js keeps in its encrypted cookie. The access token lives for five minutes, so it is renewed here.
      async jwt({ token, account, profile }) {
        if (account)
          return {
            sub: profile!.sub!,
            name: profile!.name,
            email: profile!.email,
            idToken: account.id_token,
            accessToken: account.access_token,
            refreshToken: account.refresh_token,
            expiresAt: account.expires_at,
          };
        if (Number(token['expiresAt']) - 30 > Date.now() / 1000) return token;
        return refresh(token);
      },
      session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub! } }),
    },
  };

  /** @returns null when the session has ended at Signet, which ends this one */
  async function refresh(token: Record<string, unknown>) {
    const response = await fetch(`${issuer}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: String(token['refreshToken']),
      }),
    });
    if (response.status === 400) return null;
    if (!response.ok) throw new Error(`Signet answers ${response.status}`);
    const renewed = (await response.json()) as Record<string, unknown>;
    return {
      ...token,
      accessToken: renewed['access_token'],
      refreshToken: renewed['refresh_token'],
      idToken: renewed['id_token'],
      expiresAt: Math.floor(Date.now() / 1000) + Number(renewed['expires_in']),
    };
  }

  const app = express();
  app.use('/auth', ExpressAuth(config));
  app.get('/', async (request, response) => {
    const session = await getSession(request, config);
    response.json(session?.user ?? null);
  });
  return app;
}
