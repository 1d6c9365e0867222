import { post, type Answer } from './post';
import operations from './session.graphql?raw';

export interface SignedInUser {
  id: string;
  name: string;
  email: string;
  permissions: string[];
}

/** What `login` and `refresh` give. The refresh token is not in it: the browser keeps it in its cookie. */
export interface Held {
  accessToken: string;
  expiresInSeconds: number;
  user: SignedInUser;
}

/** Why somebody is not signed in, as the server says it. */
export interface Refused {
  message: string;
  code?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

export type CredentialOutcome = { kind: 'held'; held: Held } | { kind: 'refused'; problem: Refused };

export async function signIn(email: string, password: string): Promise<CredentialOutcome> {
  const variables = { email, password };
  return outcomeOf('login', await post({ query: operations, operationName: 'SignIn', variables }));
}

export async function refresh(): Promise<CredentialOutcome> {
  return outcomeOf('refresh', await post({ query: operations, operationName: 'Refresh' }));
}

/** @throws when the session may still go on */
export async function signOut(accessToken: string | null): Promise<void> {
  const { data, errors } = await post({ query: operations, operationName: 'SignOut' }, accessToken);
  // A problem instead of a success means that the session had ended before.
  if (!data?.['logout']) throw failure(errors);
}

/** @throws when it is not known whether the credential is good: an error of the server's */
function outcomeOf(field: string, { data, errors }: Answer): CredentialOutcome {
  const result = data?.[field] as Partial<Success> | (Refused & { tokens?: never }) | null | undefined;
  if (result?.tokens) return { kind: 'held', held: read(result as Success) };
  if (result) return { kind: 'refused', problem: result as Refused };
  const [error] = errors ?? [];
  // The cookie is refused to pages of origins that are not listed.
  if (error?.extensions?.code === 'FORBIDDEN')
    return { kind: 'refused', problem: { code: 'FORBIDDEN', message: error.message } };
  throw failure(errors);
}

const failure = (errors: Answer['errors']) => new Error(errors?.[0]?.message ?? 'Signet did not answer.');

interface Success {
  tokens: { accessToken: string; expiresIn: number };
  user: Omit<SignedInUser, 'permissions'> & { permissions: { name: string }[] };
}

function read({ tokens, user }: Success): Held {
  const permissions = user.permissions.map(({ name }) => name);
  return {
    accessToken: tokens.accessToken,
    expiresInSeconds: tokens.expiresIn,
    user: { ...user, permissions },
  };
}
