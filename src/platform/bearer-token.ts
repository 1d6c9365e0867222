import type { FastifyRequest } from 'fastify';

/**
 * The one bearer token of a request (RFC 6750 §2.1); undefined for none, for another scheme, and for several
 * `Authorization` headers: `headers` would keep the first and hide the rest, in which a proxy may have believed.
 */
export function bearerToken(request: FastifyRequest): string | undefined {
  const [header, ...more] = request.raw.headersDistinct['authorization'] ?? [];
  return more.length === 0 ? /^Bearer ([^\s,]+)$/i.exec(header ?? '')?.[1] : undefined;
}
