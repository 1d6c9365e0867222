import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** What a service sends along to have it back, it can keep itself where it is more than that. */
const MAX_ECHOED_CHARACTERS = 2048;

function boundLength(name: 'state' | 'nonce') {
  return function checkLength(ctx: KoaContextWithOIDC, value: unknown): void {
    if (typeof value !== 'string' || value.length <= MAX_ECHOED_CHARACTERS) return;
    ctx.oidc.params![name] = undefined;
    throw new errors.InvalidRequest(`${name} is longer than ${MAX_ECHOED_CHARACTERS} characters`);
  };
}

/** For the library, which asks of each parameter that it does not know otherwise. */
export const BOUND_PARAMETERS = { state: boundLength('state'), nonce: boundLength('nonce') };
