import { randomBytes } from 'node:crypto';
import type { GraphqlClient } from './client.js';
import { GOOD_PASSWORD } from './given.js';
import { LoginDocument, RegisterDocument } from './operations.js';

/** Somebody who holds tokens of a server that runs in another process. */
export interface SignedInPerson {
  id: string;
  email: string;
  sessionId: string;
  accessToken: string;
  refreshToken: string;
}

export function newAddress(): string {
  return `person-${randomBytes(8).toString('hex')}@example.com`;
}

/** Registers somebody. */
export async function signUp(client: GraphqlClient, email = newAddress()): Promise<SignedInPerson> {
  const input = { email, password: GOOD_PASSWORD, name: 'Ada Byron' };
  const { register } = (await client.send(RegisterDocument, { input })).data;
  if (register.__typename !== 'RegisterSuccess')
    throw new Error(`no registration: ${JSON.stringify(register)}`);
  return { email, ...held(register) };
}

/** Signs somebody in who has registered, or the administrator. */
export async function signIn(
  client: GraphqlClient,
  email: string,
  password = GOOD_PASSWORD,
): Promise<SignedInPerson> {
  const { login } = (await client.send(LoginDocument, { input: { email, password } })).data;
  if (login.__typename !== 'LoginSuccess') throw new Error(`no login: ${JSON.stringify(login)}`);
  return { email, ...held(login) };
}

function held(success: {
  user: { id: string };
  session: { id: string };
  tokens: { accessToken: string; refreshToken?: string | null };
}) {
  const { accessToken, refreshToken } = success.tokens;
  if (!refreshToken) throw new Error('the refresh token is not in the body');
  return { id: success.user.id, sessionId: success.session.id, accessToken, refreshToken };
}
