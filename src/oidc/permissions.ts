import type { FastifyInstance } from 'fastify';
import type { Viewer } from '../domain/caller.js';
import type { AccessTokens, VerifiedToken } from '../domain/tokens/index.js';
import { bearerToken } from '../platform/bearer-token.js';

export interface PermissionsDoor {
  accessTokens: AccessTokens;
  /** Who a token stands for at this moment, or null when its session has ended. */
  findViewer(token: VerifiedToken): Promise<Viewer | null>;
}

/** The path under the issuer at which the `scope` of a token is to be had when it did not fit. */
export const PERMISSIONS_PATH = '/permissions';

/**
 * Answers with the present permissions of whoever holds an access token: the claims source that a token names whose
 * `scope` did not fit (OpenID Connect Core 1.0 §5.6.2: a signed JWT), or JSON for who asks for it.
 */
export function mountPermissions(server: FastifyInstance, door: PermissionsDoor): void {
  const { accessTokens, findViewer } = door;
  server.get(PERMISSIONS_PATH, async (request, reply) => {
    void reply.header('cache-control', 'no-store').header('vary', 'accept');
    const bearer = bearerToken(request);
    const token = bearer ? await accessTokens.verify(bearer) : null;
    const viewer = token && (await findViewer(token));
    if (!token || !viewer)
      // RFC 6750 §3
      return reply
        .status(401)
        .header('www-authenticate', request.headers.authorization ? 'Bearer error="invalid_token"' : 'Bearer')
        .send({ error: 'invalid_token', error_description: 'Send a living access token as a bearer token.' });
    const scope = [...viewer.permissions].join(' ');
    if (request.headers.accept?.includes('application/json')) return { sub: viewer.userId, scope };
    return reply.type('application/jwt').send(await accessTokens.signClaims(token, { scope }));
  });
}
