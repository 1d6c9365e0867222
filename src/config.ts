import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { parse } from 'pg-connection-string';
import { z } from 'zod';

/** Hosts on which a development mode may listen and for which an issuer may use plain http. */
const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);

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
  SIGNET_ACCESS_TOKEN_SECONDS: whole(60, 3600, 300).describe(
    'Life of an access token. Short, since verifiers elsewhere only learn of a revocation when it ends.',
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
  SIGNET_INTROSPECTION: z
    .enum(['on', 'off'], { error: 'must be "on" or "off"' })
    .optional()
    .describe(
      'Schema introspection, `_service { sdl }` and "Did you mean" hints. Default: on in development mode, otherwise off; compose from schema/ instead.',
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

/** Whether the driver can read it; its own error would show the password. */
function isConnectionString(value: string): boolean {
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

/** What is wrong with the environment: every fault at once, by name and never by value. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`Signet cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Env = Record<string, string | undefined>;

/**
 * Kubernetes adds variables for every service: when one is called "signet" or "signet-db", among them
 * SIGNET_SERVICE_HOST, SIGNET_DB_PORT_5432_TCP_ADDR, and SIGNET_PORT=tcp://10.0.0.7:4000.
 */
function isServiceLink(name: string, value: string | undefined): boolean {
  if (!name.startsWith('SIGNET_')) return false;
  if (/_(SERVICE_(HOST|PORT)(_|$)|PORT_\d+_(TCP|UDP|SCTP)(_|$))/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value ?? '');
}

/** Values of `NAME`, or of the file that `NAME_FILE` points at. Empty strings count as not set. */
function collect(env: Env, faults: string[]): Env {
  const values: Env = {};
  for (const name of Object.keys(settings.shape)) {
    const file = env[`${name}_FILE`];
    const value = isServiceLink(name, env[name]) ? undefined : env[name];
    if (value && file) faults.push(`${name} and ${name}_FILE are both set; keep one`);
    if (value) values[name] = value;
    else if (file) {
      try {
        values[name] = readFileSync(file, 'utf8').trim();
      } catch (error) {
        faults.push(`${name}_FILE cannot be read (${(error as NodeJS.ErrnoException).code})`);
      }
    }
  }
  const known = new Set(Object.keys(settings.shape));
  for (const name of Object.keys(env)) {
    if (isServiceLink(name, env[name])) continue;
    if (name.startsWith('SIGNET_') && !known.has(name.replace(/_FILE$/, '')))
      faults.push(`${name} is not a setting of Signet; see docs/configuration.md`);
  }
  return values;
}

type Settings = z.infer<typeof settings>;

/** The settings that are right each by itself, so that the others do not hide what is wrong between these. */
function readable(values: Env): Partial<Settings> {
  const right = Object.entries(settings.shape).flatMap(([name, setting]) => {
    const result = setting.safeParse(values[name]);
    return result.success ? [[name, result.data]] : [];
  });
  return Object.fromEntries(right) as Partial<Settings>;
}

/** What is wrong between settings, and not with one alone. A setting with a fault of its own counts as given. */
function conflicts(s: Partial<Settings>, given: Env): string[] {
  const faults: string[] = [];
  if (!given['DATABASE_URL']) {
    if (s.SIGNET_HOST && !LOOPBACK_HOSTS.has(s.SIGNET_HOST))
      faults.push(
        'SIGNET_HOST is beyond loopback, which development mode refuses: set DATABASE_URL, SIGNET_SECRET and SIGNET_ISSUER',
      );
  } else {
    if (!given['SIGNET_SECRET'])
      faults.push(
        'SIGNET_SECRET is required with DATABASE_URL; make one with: openssl rand -base64 48, and keep it',
      );
    if (!given['SIGNET_ISSUER'])
      faults.push('SIGNET_ISSUER is required with DATABASE_URL: the public https address of Signet');
  }
  if ((s.SIGNET_SESSION_IDLE_SECONDS ?? 0) > (s.SIGNET_SESSION_ABSOLUTE_SECONDS ?? Infinity))
    faults.push('SIGNET_SESSION_IDLE_SECONDS must not exceed SIGNET_SESSION_ABSOLUTE_SECONDS');
  if (s.SIGNET_ALLOWED_ORIGINS?.some((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin))
    faults.push('SIGNET_ALLOWED_ORIGINS must hold origins such as https://app.example.com, without a path');
  return faults;
}

/**
 * Reads and checks the whole environment. Pure but for `_FILE` settings.
 * @throws ConfigError with every fault in one message
 */
export function loadConfig(env: Env = process.env) {
  const faults: string[] = [];
  const values = collect(env, faults);
  const parsed = settings.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) faults.push(`${issue.path.join('.')} ${issue.message}`);
  faults.push(...conflicts(parsed.success ? parsed.data : readable(values), values));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);

  const s = parsed.data;
  const developmentMode = s.DATABASE_URL === undefined;
  const issuer = s.SIGNET_ISSUER ?? `http://localhost:${s.SIGNET_PORT}`;
  return deepFreeze({
    developmentMode,
    databaseUrl: s.DATABASE_URL,
    dataDir: s.SIGNET_DATA_DIR,
    host: s.SIGNET_HOST,
    port: s.SIGNET_PORT,
    issuer,
    audience: s.SIGNET_AUDIENCE ?? `${issuer}/graphql`,
    secret: s.SIGNET_SECRET,
    previousSecret: s.SIGNET_SECRET_PREVIOUS,
    admin: {
      email: s.SIGNET_ADMIN_EMAIL ?? (developmentMode ? 'admin@signet.localhost' : undefined),
      password: s.SIGNET_ADMIN_PASSWORD,
    },
    registrationOpen: s.SIGNET_REGISTRATION === 'open',
    profilesArePublic: s.SIGNET_PUBLIC_PROFILE === 'everyone',
    accessTokenSeconds: s.SIGNET_ACCESS_TOKEN_SECONDS,
    sessions: {
      idleSeconds: s.SIGNET_SESSION_IDLE_SECONDS,
      absoluteSeconds: s.SIGNET_SESSION_ABSOLUTE_SECONDS,
      graceSeconds: s.SIGNET_REFRESH_GRACE_SECONDS,
      perUser: s.SIGNET_SESSIONS_PER_USER,
    },
    keys: {
      algorithm: s.SIGNET_SIGNING_ALG,
      rotationDays: s.SIGNET_KEY_ROTATION_DAYS,
      publishSeconds: s.SIGNET_KEY_PUBLISH_SECONDS,
    },
    hashing: {
      memoryKib: s.SIGNET_ARGON2_MEMORY_KIB,
      passes: s.SIGNET_ARGON2_PASSES,
      parallelism: s.SIGNET_ARGON2_PARALLELISM,
      concurrency: s.SIGNET_HASH_CONCURRENCY,
      waitSeconds: s.SIGNET_HASH_WAIT_SECONDS,
    },
    throttle: {
      loginFailuresPerAccount: s.SIGNET_LOGIN_FAILURES_PER_ACCOUNT,
      loginFailuresPerNetwork: s.SIGNET_LOGIN_FAILURES_PER_NETWORK,
      registrationsPerNetwork: s.SIGNET_REGISTRATIONS_PER_NETWORK,
    },
    allowedOrigins: [new URL(issuer).origin, ...s.SIGNET_ALLOWED_ORIGINS],
    trustedProxies: s.SIGNET_TRUSTED_PROXIES,
    introspection: s.SIGNET_INTROSPECTION ? s.SIGNET_INTROSPECTION === 'on' : developmentMode,
    authDirectives: s.SIGNET_AUTH_DIRECTIVES,
    mail: { url: s.SIGNET_MAIL_URL, from: s.SIGNET_MAIL_FROM },
    metricsToken: s.SIGNET_METRICS_TOKEN,
    migrateOnStart: s.SIGNET_MIGRATE_ON_START,
    poolSize: s.SIGNET_POOL_SIZE,
    logLevel: s.SIGNET_LOG_LEVEL,
  });
}

export type Config = ReturnType<typeof loadConfig>;

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
