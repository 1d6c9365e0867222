import { decodeJwt } from 'jose';
import type { GraphqlClient } from './client.js';
import { LogoutDocument, RefreshDocument, ViewerDocument } from './operations.js';

/** What a client learns from one `refresh`. */
export type RefreshAnswer =
  | {
      kind: 'RefreshSuccess';
      sessionId: string;
      accessToken: string;
      refreshToken: string;
      refreshTokenExpiresAt: string;
    }
  | { kind: 'InvalidRefreshToken' | 'RefreshTokenReused' };

/** Presents a refresh token, as a client without cookies does. */
export async function refresh(client: GraphqlClient, refreshToken: string): Promise<RefreshAnswer> {
  const { refresh: result } = (await client.send(RefreshDocument, { input: { refreshToken } })).data;
  if (result.__typename !== 'RefreshSuccess') return { kind: result.__typename };
  const { tokens, session } = result;
  if (!tokens.refreshToken) throw new Error('the refresh token is not in the body');
  return {
    kind: 'RefreshSuccess',
    sessionId: session.id,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    refreshTokenExpiresAt: tokens.refreshTokenExpiresAt as unknown as string,
  };
}

/** A refresh that has to succeed; gives the successor. */
export async function successor(client: GraphqlClient, refreshToken: string): Promise<string> {
  return (await refreshed(client, refreshToken)).refreshToken;
}

/** A refresh that has to succeed. */
export async function refreshed(client: GraphqlClient, refreshToken: string) {
  const answer = await refresh(client, refreshToken);
  if (answer.kind !== 'RefreshSuccess') throw new Error(`the session did not go on: ${answer.kind}`);
  return answer;
}

export async function logoutWith(client: GraphqlClient, refreshToken: string): Promise<void> {
  const { logout } = (await client.send(LogoutDocument, { input: { refreshToken } })).data;
  if (logout.__typename !== 'LogoutSuccess') throw new Error(`no logout: ${logout.__typename}`);
}

/** `signed in`, or the error code with which an access token is refused. */
export async function viewerWith(client: GraphqlClient, accessToken: string): Promise<string> {
  const answer = await client.send(ViewerDocument, {}, { token: accessToken });
  return answer.body.data?.viewer ? 'signed in' : String(answer.codes[0]);
}

/** The generation that a refresh token speaks of. */
export function generationOf(refreshToken: string): number {
  const { gen } = decodeJwt<{ gen: number }>(refreshToken);
  return gen;
}
