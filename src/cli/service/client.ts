import { CommandError } from '../command-error.js';
import type { Operation } from './operations.js';
import { visible } from './terminal.js';

/** How to reach a Signet. */
export interface ClientSettings {
  url: string;
  token?: string | undefined;
  email?: string | undefined;
}

/** Sends operations to one Signet. */
export interface SignetClient {
  readonly url: string;
  /** @throws CommandError with one sentence for people when there is no answer to work with */
  send<Data, Variables extends object>(
    operation: Operation<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
}

/** A manifest of thousands of permissions is applied within a second or two. */
const TIMEOUT_MS = 60_000;

interface GraphqlError {
  message: string;
  extensions?: { code?: string };
}

export function createClient(url: string, token: string | null): SignetClient {
  const endpoint = `${url.replace(/\/+$/, '').replace(/\/graphql$/, '')}/graphql`;
  return {
    url,
    async send(operation, variables) {
      const response = await post(endpoint, token, { query: operation.text, variables });
      const body = await bodyOf(response, endpoint);
      if (body.errors?.[0]) throw explain(body.errors[0], operation, url, token !== null);
      return body.data as never;
    },
  };
}

async function post(endpoint: string, token: string | null, body: object): Promise<Response> {
  try {
    return await fetch(endpoint, {
      method: 'POST',
      // A redirect could lead the token to another place.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw new CommandError(unreachable(endpoint, error as Error));
  }
}

function unreachable(endpoint: string, error: Error): string {
  const { code = error.name, message = '' } = (error.cause ?? {}) as { code?: string; message?: string };
  if (error.name === 'TimeoutError')
    return `Signet at ${endpoint} has not answered for ${TIMEOUT_MS / 1000} seconds. Try again later.`;
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code))
    return `The certificate of ${endpoint} is not trusted (${code}). With a private authority, set NODE_EXTRA_CA_CERTS to its file.`;
  return `Signet cannot be reached at ${endpoint} (${code}${code === 'TypeError' ? `: ${message || error.message}` : ''}). Is it running there? Set SIGNET_URL or --url to its address.`;
}

/** @throws CommandError when the answer is none of a GraphQL server */
async function bodyOf(
  response: Response,
  endpoint: string,
): Promise<{ data?: unknown; errors?: GraphqlError[] }> {
  const location = response.headers.get('location');
  if (location !== null && response.status >= 300 && response.status < 400)
    throw new CommandError(
      `${endpoint} answers with a redirect to ${visible(location)}, which is not followed. Set SIGNET_URL or --url to the address itself.`,
    );
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text) as { data?: unknown; errors?: GraphqlError[] };
    if (Array.isArray(body.errors) || typeof body.data === 'object') return body;
  } catch {
    // The page of a proxy, or nothing.
  }
  if (response.status === 413)
    throw new CommandError(`${endpoint} takes no request of this size: the manifest is too big.`);
  throw new CommandError(
    `${endpoint} does not answer as Signet does (HTTP ${response.status}). ${
      response.status >= 500 ? 'Try again later.' : 'Is SIGNET_URL or --url right?'
    }`,
  );
}

/** One sentence for what Signet refuses, and what to do. */
function explain(
  { message, extensions }: GraphqlError,
  operation: { needs: string },
  url: string,
  hasToken: boolean,
): CommandError {
  const said = visible(message);
  // A gateway may have another code, such as UNAUTHORIZED_FIELD_OR_TYPE, and says why itself.
  switch (extensions?.code) {
    case 'UNAUTHENTICATED':
      return new CommandError(
        hasToken
          ? 'Signet does not accept the access token: it has expired, its session has ended, or another Signet issued it. Get a new one just before the command, by `login` or `refresh`.'
          : 'Signet wants to know who asks. Set SIGNET_TOKEN or SIGNET_EMAIL.',
      );
    case 'FORBIDDEN': {
      const needed = /\S+:permissions\.\w+/.exec(said)?.[0].replace(/\.$/, '');
      return new CommandError(
        `The account may not do this: it needs the permission ${needed ?? operation.needs}. An administrator can grant it.`,
      );
    }
    case 'GRAPHQL_VALIDATION_FAILED':
    case 'GRAPHQL_PARSE_FAILED':
      return otherVersion(url, said);
    default:
      return said.startsWith('Variable "$')
        ? otherVersion(url, said)
        : new CommandError(`Signet at ${url} could not do this: ${said}`);
  }
}

function otherVersion(url: string, said: string): CommandError {
  return new CommandError(
    `${url} is no Signet of the version of this command (${said}). Use the command of the version that runs there.`,
  );
}
