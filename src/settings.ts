import { availableParallelism } from 'node:os';
import ipaddr from 'ipaddr.js';
import { parse } from 'pg-connection-string';
import { z } from 'zod';
import { isOutgoingTarget } from './platform/outgoing-targets.js';

/** Hosts on which a development mode may listen and for which an issuer may use plain http. */
export const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);

const flag = (fallback: 'on' | 'off') =>
  z
    .enum(['on', 'off'], { error: 'must be "on" or "off"' })
    .default(fallback)
    .transform((value) => value === 'on');

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^-?\d+$/, { error: 'must be a whole number', abort: true })
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .default(fallback);

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

const secret = z.string().min(32, 'must be at least 32 characters; make one with: openssl rand -base64 48');

/**
 * Every setting that Signet reads, with the reason it exists. `docs/configuration.md` is written from
 * this table, and any of them may be given as a file instead: `NAME_FILE=/path` (for secrets of
 * Docker and Kubernetes).
 */
export const settings = z.object({
  DATABASE_URL: z
    .string()
    .refine((value) => /^(postgres|postgresql|socket):/.test(value), {
      error: 'must start with postgresql://',
      abort: true,
    })
    .refine(
      isConnectionString,
      'must be a connection string with a database; write special characters of the password as %XX',
    )
    .optional()
    .describe(
      'PostgreSQL 15 or newer, as postgresql://user:password@host:port/database. Without it, Signet starts a PostgreSQL of its own and runs in development mode: on loopback only.',
    ),
  SIGNET_DATA_DIR: z
    .string()
    .optional()
    .describe(
      'Where the embedded PostgreSQL and the development secret are kept. Default: .signet in the working folder, or a folder in /var/lib/signet when run as root.',
    ),
  SIGNET_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('The address to listen on. Beyond loopback needs DATABASE_URL and SIGNET_SECRET.'),
  SIGNET_PORT: whole(0, 65535, 4000).describe('The port to listen on; 0 takes any free one.'),
  SIGNET_ISSUER: z
    .string()
    .optional()
    .refine((value) => value === undefined || isIssuer(value), {
      error: 'must be an https URL without query, fragment or trailing slash (http only on loopback)',
    })
    .describe(
      'The public address of Signet and the `iss` of every token. Required with DATABASE_URL. Default in development mode: http://localhost:<port>.',
    ),
  SIGNET_AUDIENCE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The `aud` of access tokens from the GraphQL door, which gateways and product subgraphs check. Default: <issuer>/graphql.',
    ),
  SIGNET_SECRET: secret
    .optional()
    .describe(
      'At least 32 random characters. Keys that encrypt signing keys and sign refresh tokens are derived from it. Required with DATABASE_URL; in development mode one is made and kept in the data folder.',
    ),
  SIGNET_SECRET_PREVIOUS: secret
    .optional()
    .describe(
      'The secret before the present one. Set it while you change SIGNET_SECRET, so that refresh tokens and stored keys go on working.',
    ),
  SIGNET_ADMIN_EMAIL: z
    .string()
    .optional()
    .describe(
      'E-mail address of the administrator made at the first start. Default in development mode: admin@signet.localhost; otherwise none is made.',
    ),
  SIGNET_ADMIN_PASSWORD: z
    .string()
    .optional()
    .describe('Password of that administrator. Without it one is generated and shown once, at that start.'),
  SIGNET_REGISTRATION: z
    .enum(['open', 'closed'], { error: 'must be "open" or "closed"' })
    .default('open')
    .describe('Whether anyone may register. When closed, `signet user create` makes accounts.'),
  SIGNET_PUBLIC_PROFILE: z
    .enum(['signed-in', 'everyone'], { error: 'must be "signed-in" or "everyone"' })
    .default('signed-in')
    .describe('Who may read the public profile of a user (id, name, picture, status).'),
  SIGNET_BRAND_NAME: z
    .string()
    .trim()
    .min(1)
    .max(60, 'must be at most 60 characters')
    .default('Signet')
    .describe('The name that people see on the sign-in pages.'),
  SIGNET_BRAND_LOGO_URL: z
    .string()
    .refine(isPicture, 'must be the https address of a picture')
    .optional()
    .describe(
      'A picture with that name, for a light and a dark page, shown 32 pixels high. Browsers fetch it from there. Default: the first letter of the name.',
    ),
  SIGNET_BRAND_COLOR: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f5f4a')
    .transform((value) => value.toLowerCase())
    .default('#1f5f4a')
    .describe(
      'Colour of the main button. Its text is white or black, whichever can be read on it; links and outlines get as much lighter or darker as reading needs (WCAG 2.2 AA).',
    ),
  SIGNET_ACCESS_TOKEN_SECONDS: whole(60, 3600, 300).describe(
    'Life of an access token. Short, since verifiers elsewhere only learn of a revocation when it ends.',
  ),
  SIGNET_SCOPE_BYTES: whole(256, 8192, 4096).describe(
    'Bytes that the `scope` of an access token may take. Who holds more permissions than fit gets a token that says where to ask for them (docs/tokens.md); headers of 8 KiB and more are refused by many proxies.',
  ),
  SIGNET_CLAIMS_MODULE: z
    .string()
    .optional()
    .describe(
      'Path of a JavaScript module whose default export adds claims of your own to access tokens (docs/tokens.md).',
    ),
  SIGNET_SESSION_IDLE_SECONDS: whole(300, 31_536_000, 604_800).describe(
    'A session that is not refreshed for so long has ended.',
  ),
  SIGNET_SESSION_ABSOLUTE_SECONDS: whole(300, 63_072_000, 2_592_000).describe(
    'A session ends so long after its sign-in, however often it was refreshed.',
  ),
  SIGNET_REFRESH_GRACE_SECONDS: whole(0, 60, 30).describe(
    'How long the refresh token that was just replaced still gives the same successor: two tabs, a lost answer, a restart. Later use of it is theft.',
  ),
  SIGNET_SESSIONS_PER_USER: whole(1, 10_000, 100).describe(
    'More sessions than that of one user end the oldest.',
  ),
  SIGNET_SIGNING_ALG: z
    .enum(['ES256', 'EdDSA', 'RS256'], { error: 'must be ES256, EdDSA or RS256' })
    .default('ES256')
    .describe('Algorithm of access tokens. Changing it makes a next key, which takes over once published.'),
  SIGNET_KEY_ROTATION_DAYS: whole(1, 3650, 90).describe('Age at which the signing key gets a successor.'),
  SIGNET_KEY_PUBLISH_SECONDS: whole(600, 86_400, 900).describe(
    'How long a new key is in the JWKS before it signs. Never under 10 minutes: some gateways poll that slowly.',
  ),
  SIGNET_ARGON2_MEMORY_KIB: whole(19_456, 4_194_304, 19_456).describe(
    'Memory of one password hash in KiB (OWASP minimum for argon2id: 19456). Old hashes rise at the next login.',
  ),
  SIGNET_ARGON2_PASSES: whole(2, 20, 2).describe('Passes of one password hash.'),
  SIGNET_ARGON2_PARALLELISM: whole(1, 16, 1).describe('Lanes of one password hash.'),
  SIGNET_HASH_CONCURRENCY: whole(1, 256, Math.max(1, availableParallelism() - 1)).describe(
    'Password hashes in flight at once. Default: the cores less one, so that logins never starve the rest.',
  ),
  SIGNET_HASH_WAIT_SECONDS: whole(1, 60, 5).describe(
    'How long a login may wait for its turn to hash before it is refused with a retry hint.',
  ),
  SIGNET_LOGIN_FAILURES_PER_ACCOUNT: whole(1, 1_000_000, 10).describe(
    'Failed attempts on one account in 15 minutes before it has to wait. Networks where the owner signed in before are counted apart, so strangers cannot lock the owner out.',
  ),
  SIGNET_LOGIN_FAILURES_PER_NETWORK: whole(1, 1_000_000, 100).describe(
    'Failed attempts from one network (an IPv4 address, an IPv6 /64) in 15 minutes.',
  ),
  SIGNET_REGISTRATIONS_PER_NETWORK: whole(1, 1_000_000, 50).describe(
    'Registrations from one network in an hour.',
  ),
  SIGNET_ALLOWED_ORIGINS: list.describe(
    'Web origins, comma separated, whose pages may call Signet from a browser and use the refresh cookie. The issuer is always allowed.',
  ),
  SIGNET_TRUSTED_PROXIES: z
    .string()
    .default('')
    .refine(areProxies, 'must be a number of hops, or IP addresses and networks such as 10.0.0.0/8')
    .describe(
      'Proxies whose X-Forwarded-For is believed: a number of hops, or addresses and networks, comma separated. Default: none.',
    ),
  SIGNET_OUTGOING_ALLOW: z
    .string()
    .optional()
    .transform((value) =>
      value
        ?.split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .refine((entries) => entries === undefined || entries.every(isOutgoingTarget), {
      error: 'must be hosts, addresses and networks, such as logout.internal or 10.1.0.0/16',
    })
    .describe(
      'Where Signet may call services beyond the public internet, and without https: hosts, addresses and networks, comma separated. Services register addresses that Signet calls (back-channel logout); without this rule they could reach what only Signet can. A name opens whatever it resolves to. Default: none; in development mode loopback.',
    ),
  SIGNET_INTROSPECTION: z
    .enum(['on', 'off'], { error: 'must be "on" or "off"' })
    .optional()
    .describe(
      'Schema introspection, `_service { sdl }` and "Did you mean" hints. Default: on in development mode, otherwise off; compose from schema/ instead.',
    ),
  SIGNET_EXPLORER: flag('on').describe(
    'The explorer at /explorer, where administrators sign in and query. Without it nothing of the API changes.',
  ),
  SIGNET_AUTH_DIRECTIVES: flag('off').describe(
    '`@authenticated` and `@requiresScopes` in the SDL. Apollo Router, Hive and Cosmo use them; Apollo Gateway refuses them. The rules hold either way.',
  ),
  SIGNET_MAIL_URL: z
    .string()
    .refine((value) => /^smtps?:/.test(value), 'must start with smtp:// or smtps://')
    .optional()
    .describe(
      'SMTP server for security notices, as smtp://user:password@host:port. Without it, mail waits in the outbox for up to seven days.',
    ),
  SIGNET_MAIL_FROM: z.string().default('Signet <signet@localhost>').describe('The sender of that mail.'),
  SIGNET_METRICS_TOKEN: z
    .string()
    .min(16, 'must be at least 16 characters')
    .optional()
    .describe('Bearer token that /metrics asks for. Without it /metrics is open: keep it off the internet.'),
  SIGNET_MIGRATE_ON_START: flag('on').describe(
    'Apply pending migrations at start. Turn off where `signet migrate` runs as a step of the deploy.',
  ),
  SIGNET_POOL_SIZE: whole(2, 500, 10).describe('Connections to PostgreSQL, at most.'),
  SIGNET_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be debug, info, warn, error or silent',
    })
    .default('info')
    .describe('Lines below this level are not logged.'),
});

function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.search || url.hash || url.username || value.endsWith('/')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname));
}

function isPicture(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return protocol === 'https:' && !username && !password;
}

/** Whether the driver can read it; its own error would show the password. */
function isConnectionString(value: string): boolean {
  // An @ or / of a password that is not escaped would end up in the host's name, and in messages.
  if ((value.match(/@/g) ?? []).length > 1) return false;
  try {
    return Boolean(parse(value).database);
  } catch {
    return false;
  }
}

function areProxies(value: string): boolean {
  if (/^\d*$/.test(value)) return true;
  return value.split(',').every((part) => ipaddr.isValid(part.trim()) || ipaddr.isValidCIDR(part.trim()));
}
