import { timingSafeEqual, createHash, randomUUID } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifyCors from '@fastify/cors';
import fastifyHelmet from '@fastify/helmet';
import Fastify, { LogController, type FastifyError, type FastifyInstance } from 'fastify';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

/** Requests that are still answered when the server stops get so long, in milliseconds. */
const DRAIN_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_LIMIT_BYTES = 32 * 1024;
/** A request id that came with the request is kept when it is one that a proxy would make. */
const REQUEST_ID = /^[A-Za-z0-9._-]{8,128}$/;

export interface ServerOptions {
  logger: Logger;
  metrics: Metrics;
  metricsToken: string | undefined;
  /** Hops, or comma-separated addresses; empty believes nobody's X-Forwarded-For. */
  trustedProxies: string;
  allowedOrigins: readonly string[];
  /** What must hold for a node to get traffic: a name and a check that fails with a reason. */
  readiness: Record<string, () => Promise<void>>;
}

/** The HTTP floor that all doors stand on: headers, request ids, logs, health and metrics. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { logger, metrics, trustedProxies, allowedOrigins } = options;
  const server = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: proxyTrust(trustedProxies),
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { maxHeaderSize: HEADERS_LIMIT_BYTES },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  }) as unknown as FastifyInstance;

  await server.register(fastifyCookie);
  await server.register(fastifyCors, {
    origin: [...allowedOrigins],
    credentials: true,
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', 'x-request-id'],
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  });
  await server.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-site' },
  });

  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { statusCode, elapsedTime } = reply;
    metrics.requests.observe({ method: request.method, route, status: statusCode }, elapsedTime / 1000);
    if (route.startsWith('/healthz') || route.startsWith('/readyz')) return;
    // The route and never the URL: a query string may carry what belongs in no log.
    request.log.info(
      {
        event: 'http.request',
        method: request.method,
        route,
        status: statusCode,
        ms: Math.round(elapsedTime),
        ip: request.ip,
      },
      'request',
    );
  });
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ event: 'http.error', err: error }, 'a request failed');
    const message =
      status >= 500
        ? 'Something went wrong on our side. Try again; if it stays, report the request id.'
        : error.message;
    // In the shape that GraphQL clients read too.
    const extensions =
      status >= 500 ? { code: 'INTERNAL_SERVER_ERROR', requestId: request.id } : { code: 'BAD_REQUEST' };
    return reply.status(status).send({ errors: [{ message, extensions }] });
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({
      errors: [{ message: 'There is nothing at this address.', extensions: { code: 'NOT_FOUND' } }],
    }),
  );

  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (request, reply) => {
    const checks = await Promise.all(
      Object.entries(options.readiness).map(async ([name, check]) => {
        try {
          await check();
          return [name, 'ok'] as const;
        } catch (error) {
          request.log.warn({ event: 'readiness.failed', check: name, err: error }, 'this node is not ready');
          return [name, 'failed'] as const;
        }
      }),
    );
    const ready = checks.every(([, state]) => state === 'ok');
    return reply
      .status(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(checks) });
  });
  server.get('/metrics', async (request, reply) => {
    if (options.metricsToken && !isBearer(request.headers.authorization, options.metricsToken))
      return reply
        .status(401)
        .header('www-authenticate', 'Bearer')
        .send({ error: 'metrics need SIGNET_METRICS_TOKEN' });
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return server;
}

/** Stops taking requests, lets those under way end, and cuts what is left after the drain time. */
export async function drain(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
  await server.close();
  clearTimeout(cut);
}

function proxyTrust(setting: string) {
  if (setting === '') return false;
  if (/^\d+$/.test(setting)) return (_address: string, hop: number) => hop < Number(setting);
  return setting.split(',').map((part) => part.trim());
}

function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
