import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { readableUserAgent } from '../domain/caller.js';
import type { AccessTokens } from '../domain/tokens/index.js';
import { bearerToken } from '../platform/bearer-token.js';
import type { Logger } from '../platform/logger.js';
import { Context, type Authorization, type ContextOptions } from './context.js';
import { createFormatError, requestIdPlugin } from './errors.js';
import { MAX_BODY_BYTES, MAX_TOKENS, limitRules, limitsPlugin } from './limits.js';
import type { Subgraph } from './schema.js';
import type { UseCases } from './use-cases.js';

export interface GraphqlDoorOptions extends ContextOptions {
  introspection: boolean;
}

export interface GraphqlDoor {
  subgraph: Subgraph;
  useCases: UseCases;
  accessTokens: AccessTokens;
  logger: Logger;
  options: GraphqlDoorOptions;
}

/** Mounts `/graphql`. */
export async function mountGraphql(server: FastifyInstance, door: GraphqlDoor): Promise<void> {
  const { subgraph, useCases, accessTokens, logger, options } = door;
  const apollo = new ApolloServer<Context>({
    schema: subgraph.schema,
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: limitRules,
    formatError: createFormatError(logger, { suggestions: options.introspection }),
    logger,
    plugins: [
      requestIdPlugin,
      limitsPlugin(options),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());

  const handler = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const caller = {
        ipAddress: request.ip,
        userAgent: readableUserAgent(request.headers['user-agent']),
        requestId: request.id,
      };
      const authorization = await authorize(request, accessTokens).catch((error: Error) => {
        throw new GraphQLError(error.message, {
          originalError: error,
          extensions: { requestId: request.id },
        });
      });
      return new Context(caller, authorization, useCases, options, { request, reply });
    },
  });
  server.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: '/graphql',
    bodyLimit: MAX_BODY_BYTES,
    // Answers may hold tokens, and differ by caller: no cache may keep one (RFC 9111 §5.2.2.5).
    onRequest: async (_request, reply) => void reply.header('cache-control', 'no-store'),
    handler: async (request, reply) => {
      reply.type('application/json; charset=utf-8');
      return handler.call(server, request, reply);
    },
  });
}

/** The only header that says who asks; a second one, or another scheme, is no identity. */
async function authorize(request: FastifyRequest, accessTokens: AccessTokens): Promise<Authorization> {
  if (request.headers.authorization === undefined) return { kind: 'none' };
  const bearer = bearerToken(request);
  const token = bearer ? await accessTokens.verify(bearer) : null;
  return token ? { kind: 'verified', token } : { kind: 'invalid' };
}
