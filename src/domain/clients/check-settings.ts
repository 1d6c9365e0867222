import type { FieldProblem } from '../caller.js';
import { checkTitle } from '../permissions/index.js';
import { checkJwks } from './check-jwks.js';
import { checkRedirectUris, checkWebUri } from './check-uris.js';
import { isPublic, type ClientSettings, type GivenSettings } from './client-settings.js';

/** Every fault at once, or the settings as they are kept: the name trimmed, the keys without what is no part of them. */
export function checkSettings(
  given: GivenSettings,
): { settings: ClientSettings } | { problems: FieldProblem[] } {
  const name = checkTitle(given.name, 'name');
  const jwks = checkKeys(given);
  const problems = [
    ...('problem' in name ? [name.problem] : []),
    ...checkUris(given),
    ...checkAuthMethod(given),
    ...checkServices(given),
    ...('problems' in jwks ? jwks.problems : []),
  ];
  return 'problem' in name || 'problems' in jwks || problems.length > 0
    ? { problems }
    : {
        settings: {
          ...given,
          name: name.title,
          jwks: jwks.jwks,
          permissionsOf: [...new Set(given.permissionsOf)],
        },
      };
}

/** As many as one product may speak to; a token has no room for the permissions of more. */
const MAX_SERVICES = 50;

function checkServices({ permissionsOf }: GivenSettings): FieldProblem[] {
  if (permissionsOf.length <= MAX_SERVICES) return [];
  const message = `A client can have the permissions of at most ${MAX_SERVICES} further services.`;
  return [{ path: 'permissionsOf', code: 'TOO_MANY', message }];
}

function checkUris({ type, ...given }: GivenSettings): FieldProblem[] {
  const { redirectUris, postLogoutRedirectUris, backchannelLogoutUri } = given;
  if (type === 'MACHINE') return refuseUris(given);
  const problems = [
    ...checkRedirectUris(redirectUris, type, 'redirectUris'),
    ...checkRedirectUris(postLogoutRedirectUris, type, 'postLogoutRedirectUris'),
    ...(backchannelLogoutUri === null ? [] : checkWebUri(backchannelLogoutUri, 'backchannelLogoutUri')),
  ];
  // A native app may do without: on a TV, people sign in by a code on another device (RFC 8628).
  if (redirectUris.length === 0 && type !== 'NATIVE')
    problems.push({
      path: 'redirectUris',
      code: 'REQUIRED',
      message: 'Name at least one address to which people come back after signing in.',
    });
  return problems;
}

/** Nobody signs in to a machine, so nobody comes back to it. */
function refuseUris(given: Omit<GivenSettings, 'type'>): FieldProblem[] {
  const { redirectUris, postLogoutRedirectUris, backchannelLogoutUri } = given;
  const paths = [
    ...(redirectUris.length > 0 ? ['redirectUris'] : []),
    ...(postLogoutRedirectUris.length > 0 ? ['postLogoutRedirectUris'] : []),
    ...(backchannelLogoutUri === null ? [] : ['backchannelLogoutUri']),
  ];
  const message = 'People do not sign in to a MACHINE client. Leave it out, or make the client a WEB one.';
  return paths.map((path) => ({ path, code: 'NOT_ALLOWED', message }));
}

function checkAuthMethod({ type, authMethod }: GivenSettings): FieldProblem[] {
  if (isPublic(type) === (authMethod === 'none')) return [];
  const message = isPublic(type)
    ? `A ${type} client runs on devices of other people, where no secret stays one: it can only have none.`
    : `A ${type} client must prove itself: client_secret_basic, client_secret_post or private_key_jwt.`;
  return [{ path: 'authMethod', code: 'NOT_ALLOWED', message }];
}

function checkKeys({ authMethod, jwks }: GivenSettings): ReturnType<typeof checkJwks> | { jwks: null } {
  const problem = (code: string, message: string) => ({ problems: [{ path: 'jwks', code, message }] });
  if (authMethod === 'private_key_jwt')
    return jwks === null
      ? problem('REQUIRED', 'private_key_jwt needs the public keys of the client, as a JWK Set.')
      : checkJwks(jwks, 'jwks');
  if (jwks === null) return { jwks };
  return problem(
    'NOT_ALLOWED',
    'Keys are for the method private_key_jwt alone. Choose that, or leave them out.',
  );
}
