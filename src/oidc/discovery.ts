import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRing } from '../domain/tokens/index.js';

/** At most as long as half the time for which a key is published before it signs. */
const MAX_AGE_SECONDS = 300;

export interface DiscoveryOptions {
  issuer: string;
  keyRing: KeyRing;
  /** What the protocol says of itself. */
  protocolMetadata(): Promise<Record<string, unknown>>;
}

/**
 * What verifiers read to trust our tokens: the JWKS, and the metadata that leads there, under the names
 * of OpenID Connect Discovery and of RFC 8414. The library writes it from what is switched on.
 */
export function mountDiscovery(server: FastifyInstance, options: DiscoveryOptions): void {
  const { issuer, keyRing, protocolMetadata } = options;
  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])
    server.get(path, async (request, reply) =>
      sendCached(request, reply, {
        ...(await protocolMetadata()),
        graphql_endpoint: `${issuer}/graphql`,
      }),
    );
  server.get('/.well-known/jwks.json', (request, reply) =>
    sendCached(
      request,
      reply,
      { keys: keyRing.published().map((key) => key.publicJwk) },
      'application/jwk-set+json',
    ),
  );
}

/** Cacheable by anybody, for browsers of any origin, with an ETag to ask again cheaply. */
function sendCached(request: FastifyRequest, reply: FastifyReply, body: unknown, type = 'application/json') {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  void reply
    .header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`)
    .header('etag', etag)
    .header('access-control-allow-origin', '*')
    .header('cross-origin-resource-policy', 'cross-origin')
    // Anybody may read it, so nobody needs to say who they are; some browsers refuse the two together.
    .removeHeader('access-control-allow-credentials');
  if (isFresh(request.headers['if-none-match'], etag)) return reply.status(304).send();
  return reply.type(type).send(text);
}

/** RFC 9110 §13.1.2: one of a list, or any; a proxy that compresses has put `W/` before the tag. */
function isFresh(condition: string | undefined, etag: string): boolean {
  const tags = new Set((condition ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, '')));
  return tags.has(etag) || tags.has('*');
}
