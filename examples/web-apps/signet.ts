import * as client from 'openid-client';

export interface Settings {
  /** Address of Signet, and the `iss` of its tokens. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where the app is, as browsers see it. */
  origin: string;
}

/** What has to be remembered between leaving for Signet and coming back, on the server: a browser must not choose it. */
export interface Departure {
  state: string;
  nonce: string;
  codeVerifier: string;
}

export interface Tokens {
  accessToken: string;
  refreshToken: string | undefined;
  idToken: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface Person {
  /** The one thing about a person that never changes; store your data under it. */
  sub: string;
  name: string;
  /** The session at Signet, which a logout names. */
  sid: string;
}

/** Everything that this app says to Signet but logouts that it hears: sign in, refresh, sign out. */
export async function connectToSignet({ issuer, clientId, clientSecret, origin }: Settings) {
  const config = await client.discovery(
    new URL(issuer),
    clientId,
    undefined,
    client.ClientSecretBasic(clientSecret),
    // Only for trying on one machine. In production Signet is on https, and this line goes.
    new URL(issuer).protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {},
  );
  const redirectUri = `${origin}/callback`;

  return {
    /** The address to which the browser goes to sign in. */
    async leave(): Promise<{ address: string; departure: Departure }> {
      const codeVerifier = client.randomPKCECodeVerifier();
      const departure = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier };
      const address = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        // Add permissions of your service to get an access token for the supergraph: 'openid profile tea:order'.
        scope: 'openid profile email',
        state: departure.state,
        nonce: departure.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { address: address.href, departure };
    },

    /** @param query of the address to which the browser came back @throws when Signet refused, or when the answer is none to `departure` */
    async arrive(query: string, departure: Departure): Promise<{ person: Person; tokens: Tokens }> {
      const answer = await client.authorizationCodeGrant(config, new URL(`${redirectUri}${query}`), {
        expectedState: departure.state,
        expectedNonce: departure.nonce,
        pkceCodeVerifier: departure.codeVerifier,
        idTokenExpected: true,
      });
      // The library has verified it. `name` comes with the scope profile, `sid` always.
      const { sub, name, sid } = answer.claims() as unknown as Person;
      return { person: { sub, name, sid }, tokens: tokensOf(answer) };
    },

    /** @returns null when the session has ended at Signet */
    async refresh(tokens: Tokens): Promise<Tokens | null> {
      try {
        return tokensOf(await client.refreshTokenGrant(config, tokens.refreshToken ?? ''), tokens);
      } catch (error) {
        if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant') return null;
        throw error;
      }
    },

    userInfo: (tokens: Tokens, sub: string) => client.fetchUserInfo(config, tokens.accessToken, sub),

    /** The address at which people say that they want to sign out everywhere. */
    signOutAddress({ idToken }: Tokens): string {
      return client.buildEndSessionUrl(config, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${origin}/`,
      }).href;
    },

    jwksUri: new URL(config.serverMetadata().jwks_uri!),
  };
}

function tokensOf(
  answer: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  before?: Tokens,
): Tokens {
  return {
    accessToken: answer.access_token,
    // Every refresh token is used once: keep the new one.
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    idToken: answer.id_token ?? before!.idToken,
    expiresAt: Date.now() + (answer.expiresIn() ?? 0) * 1000,
  };
}

export type Signet = Awaited<ReturnType<typeof connectToSignet>>;
