import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** Whoever gets hold of a proof that was not used yet can use it for so long. */
const MAX_LIFE_SECONDS = 300;
/** Clocks of clients are not ours. */
const TOLERANCE_SECONDS = 30;

/**
 * What a proof by `private_key_jwt` has to say beyond what the library checks: that it is for Signet alone, and good for
 * minutes. The address of the token endpoint stands for the issuer, since many libraries know no other; two audiences would let the
 * other one use it here.
 */
export function checkClientAssertion(ctx: KoaContextWithOIDC, claims: Record<string, unknown>): void {
  const { aud, exp } = claims;
  if (aud !== ctx.oidc.issuer && aud !== ctx.oidc.urlFor('token'))
    throw refusal(
      'aud of a client assertion must be the issuer, or the token endpoint, and nothing beside it',
    );
  const life = Number(exp) - Date.now() / 1000;
  if (!(life <= MAX_LIFE_SECONDS + TOLERANCE_SECONDS))
    throw refusal(`a client assertion may be good for ${MAX_LIFE_SECONDS} seconds at most`);
}

function refusal(detail: string): Error {
  return Object.assign(new errors.InvalidClientAuth(detail), { error_detail: detail });
}
