import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../command-error.js';
import type {
  AddClientInput,
  OAuthClientAuthMethod,
  OAuthClientType,
  OAuthIdTokenAlg,
} from './operation-types.js';

/** What a client is told to be, as options say it. */
export interface SettingsOptions {
  name?: string;
  redirectUri?: string[];
  postLogoutRedirectUri?: string[];
  backchannelLogoutUri?: string;
  authMethod?: OAuthClientAuthMethod;
  jwks?: string;
  idTokenAlg?: OAuthIdTokenAlg;
  permissionsOf?: string[];
  /** Set by --first-party and --third-party. */
  firstParty?: boolean;
}

export const TYPES = ['web', 'spa', 'native', 'machine'] as const;
const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'];
const ID_TOKEN_ALGS = ['RS256', 'ES256', 'EdDSA'];
const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** The options that `add` and `update` share. */
export function withSettings(command: Command): Command {
  return command
    .option('--redirect-uri <uri...>', 'where people may come back to after signing in')
    .option('--post-logout-redirect-uri <uri...>', 'where people may come back to after signing out')
    .option('--backchannel-logout-uri <uri>', 'what Signet calls when a session ends')
    .addOption(new Option('--auth-method <method>', 'how it proves itself').choices(AUTH_METHODS))
    .option('--jwks <file>', 'its public keys as a JWK Set, for private_key_jwt')
    .addOption(new Option('--id-token-alg <alg>', 'how its id tokens are signed').choices(ID_TOKEN_ALGS))
    .option('--permissions-of <slug...>', 'further services whose permissions its tokens may carry')
    .option('--first-party', 'the company’s own: people are not asked for consent')
    .addOption(
      new Option('--third-party', 'people are asked for their consent').implies({ firstParty: false }),
    );
}

/** The settings that were given, in the words of the input. */
export async function toSettings(options: SettingsOptions): Promise<Partial<AddClientInput>> {
  const { name, redirectUri, postLogoutRedirectUri, backchannelLogoutUri, authMethod, idTokenAlg } = options;
  return {
    ...(name === undefined ? {} : { name }),
    ...(redirectUri ? { redirectUris: redirectUri } : {}),
    ...(postLogoutRedirectUri ? { postLogoutRedirectUris: postLogoutRedirectUri } : {}),
    ...(backchannelLogoutUri === undefined ? {} : { backchannelLogoutUri: backchannelLogoutUri || null }),
    ...(authMethod ? { authMethod } : {}),
    ...(options.jwks === undefined ? {} : { jwks: await readKeys(options.jwks) }),
    ...(idTokenAlg ? { idTokenAlg } : {}),
    ...(options.permissionsOf ? { permissionsOf: options.permissionsOf } : {}),
    ...(options.firstParty === undefined ? {} : { firstParty: options.firstParty }),
  };
}

export function toType(type: (typeof TYPES)[number]): OAuthClientType {
  return type.toUpperCase() as OAuthClientType;
}

async function readKeys(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be read (${error.code ?? error.message}).`);
  });
  try {
    const keys: unknown = JSON.parse(text);
    if (typeof keys === 'object' && keys !== null && !Array.isArray(keys))
      return keys as Record<string, unknown>;
  } catch {
    // Told below: what a parser says could quote a key.
  }
  throw new CommandError(`${file} is no JWK Set: { "keys": [ … ] } as JSON.`);
}

/** `24h`, `7d`, `0`: a time in seconds. */
export function toSeconds(text: string): number {
  const [, number, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
  if (!number) throw new InvalidArgumentError('Write it as 30m, 24h, 7d or 0.');
  return Number(number) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}
