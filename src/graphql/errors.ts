import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { Caller } from '../domain/caller.js';
import type { Logger } from '../platform/logger.js';

/** Codes that a client may see in `extensions.code`. Never renamed. */
export type ErrorCode =
  'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_USER_INPUT' | 'OPERATION_TOO_LARGE';

/** The small errors that are no outcome: thrown once, shown to the client with their code. */
export class RequestError extends GraphQLError {
  constructor(code: ErrorCode, message: string, httpStatus?: number) {
    super(message, { extensions: { code, ...(httpStatus ? { http: { status: httpStatus } } : {}) } });
  }
}

export const unauthenticated = () =>
  new RequestError('UNAUTHENTICATED', 'Sign in, or refresh your access token, and try again.');
export const forbidden = (permission?: string, until?: Date | null) => {
  const time =
    until === undefined ? '' : until === null ? ' without an expiry' : ` until ${until.toISOString()}`;
  return new RequestError(
    'FORBIDDEN',
    permission ? `This needs the permission ${permission}${time}.` : 'This is not allowed.',
  );
};
/** For a client of OpenID Connect that would do what only its user may. */
export const notForClients = () =>
  new RequestError(
    'FORBIDDEN',
    'Only the user may do this: with a token from login, or on the account page. A client that acts for them may not.',
  );
export const notFound = (what: string) => new RequestError('NOT_FOUND', `There is no such ${what}.`);
export const badUserInput = (message: string) => new RequestError('BAD_USER_INPUT', message);

/** Codes that Apollo Server gives to requests that are wrong in themselves; their messages name no internals. */
const REQUEST_CODES = new Set([
  ...[
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'BAD_REQUEST',
    'BAD_USER_INPUT',
    'OPERATION_RESOLUTION_FAILURE',
  ],
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** graphql-js writes these into messages of faulty variables, which Apollo Server does not clean. */
const SUGGESTION = / Did you mean .*$/s;

/**
 * The only writer of `extensions`: a request's own faults and our small errors pass, everything else
 * becomes INTERNAL_SERVER_ERROR with the id under which the log has it.
 */
export function createFormatError(logger: Logger, options: { suggestions: boolean }) {
  return function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const original = unwrapResolverError(error);
    const code = formatted.extensions?.['code'];
    const isOurs = original instanceof RequestError || error instanceof RequestError;
    // A GraphQLError that wraps another error would carry that one's message.
    const isRequestFault = typeof code === 'string' && REQUEST_CODES.has(code) && isPlain(error);
    if (isOurs || isRequestFault) {
      const message = options.suggestions ? formatted.message : formatted.message.replace(SUGGESTION, '');
      return { ...formatted, message, extensions: { code: code as string } };
    }
    const requestId = formatted.extensions?.['requestId'];
    const cause = (error as GraphQLError).originalError ?? original;
    logger.error(
      { event: 'graphql.internal-error', reqId: requestId, err: cause, path: formatted.path },
      'a resolver failed',
    );
    return {
      message: 'Something went wrong on our side. Try again; if it stays, report the request id.',
      ...(formatted.locations ? { locations: formatted.locations } : {}),
      ...(formatted.path ? { path: formatted.path } : {}),
      extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId ? { requestId } : {}) },
    };
  };
}

/** Marks every error with the request it belongs to, which `formatError` is not told. */
export const requestIdPlugin: ApolloServerPlugin<{ caller: Caller }> = {
  async requestDidStart({ contextValue }) {
    return {
      async didEncounterErrors({ errors }) {
        for (const error of errors) error.extensions['requestId'] = contextValue.caller.requestId;
      },
    };
  },
};

function isPlain(error: unknown): boolean {
  const original = (error as GraphQLError).originalError;
  return original === undefined || original instanceof GraphQLError;
}
