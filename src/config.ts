import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { clientSettings } from './client-settings.js';
import { LOOPBACK_HOSTS, settings } from './settings.js';

/** What is wrong with the environment: every fault at once, by name and never by value. */
export class ConfigError extends Error {
  constructor(
    readonly faults: string[],
    summary = 'Signet cannot start with these settings:',
  ) {
    super(`${summary}\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Where services under development are. */
const LOOPBACK_TARGETS = ['localhost', '127.0.0.0/8', '::1'];

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
function collect(env: Env, names: string[], faults: string[]): Env {
  const values: Env = {};
  for (const name of names) {
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
  // A server and the commands of product teams may share an environment.
  const known = new Set(Object.keys({ ...settings.shape, ...clientSettings.shape }));
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
  const values = collect(env, Object.keys(settings.shape), faults);
  const parsed = settings.safeParse(values);
  faults.push(...faultsOf(parsed));
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
    brand: {
      name: s.SIGNET_BRAND_NAME,
      logoUrl: s.SIGNET_BRAND_LOGO_URL ?? null,
      color: s.SIGNET_BRAND_COLOR,
    },
    profilesArePublic: s.SIGNET_PUBLIC_PROFILE === 'everyone',
    outgoingAllow: s.SIGNET_OUTGOING_ALLOW ?? (developmentMode ? [...LOOPBACK_TARGETS] : []),
    accessTokenSeconds: s.SIGNET_ACCESS_TOKEN_SECONDS,
    scopeBytes: s.SIGNET_SCOPE_BYTES,
    claimsModule: s.SIGNET_CLAIMS_MODULE,
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
    explorer: s.SIGNET_EXPLORER,
    authDirectives: s.SIGNET_AUTH_DIRECTIVES,
    mail: { url: s.SIGNET_MAIL_URL, from: s.SIGNET_MAIL_FROM },
    metricsToken: s.SIGNET_METRICS_TOKEN,
    migrateOnStart: s.SIGNET_MIGRATE_ON_START,
    poolSize: s.SIGNET_POOL_SIZE,
    logLevel: s.SIGNET_LOG_LEVEL,
  });
}

export type Config = ReturnType<typeof loadConfig>;

/**
 * Reads the settings of the commands that ask a Signet over HTTP. `given` are those of the command line, which win.
 * @throws ConfigError with every fault in one message
 */
export function loadClientConfig(given: { url?: string | undefined } = {}, env: Env = process.env) {
  const faults: string[] = [];
  const url = given.url ? { SIGNET_URL: given.url, SIGNET_URL_FILE: undefined } : {};
  const values = collect({ ...env, ...url }, Object.keys(clientSettings.shape), faults);
  const parsed = clientSettings.safeParse(values);
  faults.push(...faultsOf(parsed));
  if (!parsed.success || faults.length > 0)
    throw new ConfigError(faults, 'The command cannot work with these settings:');
  const s = parsed.data;
  return deepFreeze({ url: s.SIGNET_URL, token: s.SIGNET_TOKEN, email: s.SIGNET_EMAIL });
}

function faultsOf({ error }: z.ZodSafeParseResult<unknown>): string[] {
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
