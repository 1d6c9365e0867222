import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC, errors } from 'oidc-provider';
import type { Provider } from './adapter.js';
import { explainRefusal } from './explain-refusal.js';
import { isStructuredToken } from './structured-tokens.js';
import type { Logger } from '../platform/logger.js';

/** Endpoints that a service can use in a wrong way, by the names of the library's events. */
const REFUSALS = [
  'authorization.error',
  'pushed_authorization_request.error',
  'device_authorization.error',
  'grant.error',
  'introspection.error',
  'revocation.error',
  'userinfo.error',
  'end_session.error',
] as const;

/** No mistake of anybody: a device waits, somebody has to be asked, or said no. */
const USUAL_ANSWERS = new Set([
  'authorization_pending',
  'slow_down',
  'login_required',
  'consent_required',
  'interaction_required',
  'access_denied',
]);

/**
 * Tells a service's developer in the log why it was refused, under the number that the visitor's page shows. Values of
 * parameters are not among it, except addresses and names of clients.
 */
export function logFailures(provider: InstanceType<typeof Provider>, logger: Logger): void {
  for (const name of REFUSALS)
    provider.on(name as 'authorization.error', (ctx, error) => {
      if (isStructuredToken(error)) return;
      logger[USUAL_ANSWERS.has(error.error) ? 'debug' : 'warn'](
        { event: 'oidc.refused', endpoint: name.split('.')[0], ...describe(ctx, error) },
        'refused',
      );
    });
  provider.on('server_error', (ctx, error) =>
    logger.error({ event: 'oidc.failed', ...describe(ctx, error as never), err: error }, 'a request failed'),
  );
  // What the library did not foresee; without this it would write to the console.
  (provider as unknown as EventEmitter).on('error', (error: Error) =>
    logger.error({ event: 'oidc.failed', err: error }, 'a request failed'),
  );
}

function describe(ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) {
  return {
    requestId: ctx.response.get('x-request-id'),
    error: error.error,
    description: error.error_description?.slice(0, 500),
    detail: error.error_detail?.slice(0, 500),
    ...explainRefusal(ctx, error),
  };
}
