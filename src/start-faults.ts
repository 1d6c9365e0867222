import { ClaimsModuleError } from './claims-module.js';
import { ConfigError, type Config } from './config.js';
import { AdministratorError } from './domain/accounts/index.js';
import { UnreadableSigningKeyError } from './domain/tokens/index.js';
import { UnsupportedDatabaseError } from './platform/database.js';
import { NewerDatabaseError, PendingMigrationsError } from './platform/migrate.js';

/** Errors whose message already says what to do. */
const CLEAR = [
  ConfigError,
  UnsupportedDatabaseError,
  NewerDatabaseError,
  PendingMigrationsError,
  UnreadableSigningKeyError,
  AdministratorError,
  ClaimsModuleError,
];

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ECONNRESET',
  'ENOENT',
  'EAI_AGAIN',
]);

/**
 * One message for what keeps Signet from starting, with the setting and what to do; null for what nobody
 * foresaw.
 */
export function explainFault(error: unknown, config: Config | undefined): string | null {
  if (!(error instanceof Error)) return null;
  if (CLEAR.some((type) => error instanceof type)) return error.message;
  const { code, syscall, message, path } = error as NodeJS.ErrnoException;
  const { hostname } = error as { hostname?: string };
  if (syscall === 'getaddrinfo' && config && hostname === config.host)
    return `SIGNET_HOST: ${config.host} is no address of this machine (${code}). Set SIGNET_HOST to one that is, such as 127.0.0.1.`;
  if (syscall === 'listen' && config) {
    const where = `port ${config.port} on ${config.host}`;
    if (code === 'EADDRINUSE')
      return `SIGNET_PORT: ${where} is in use. Stop the program that uses it, or set SIGNET_PORT to another port.`;
    if (code === 'EACCES')
      return `SIGNET_PORT: this user may not listen on ${where}. Set SIGNET_PORT to a port above 1023.`;
    return `SIGNET_HOST: cannot listen on ${where} (${code}). Set SIGNET_HOST to an address of this machine.`;
  }
  if (path && syscall !== 'connect' && config?.developmentMode)
    return `SIGNET_DATA_DIR: cannot use ${path} (${code}). Set SIGNET_DATA_DIR to a folder that this user may write to, with room for the database.`;
  if (code === '28P01' || code === '28000' || message.startsWith('SASL'))
    return 'DATABASE_URL: PostgreSQL refuses the user or the password. Correct them in DATABASE_URL.';
  if (code === '3D000') return 'DATABASE_URL: the database does not exist. Create it with: createdb <name>.';
  if (code === '42501' && /permission denied for (table|relation|view)/.test(message))
    return 'DATABASE_URL: the user may not use the tables in the database. Grant it what docs/operating.md shows under "Roles of the database".';
  if (code === '42501')
    return 'DATABASE_URL: the user may not create tables in the database. Make it the owner of the database, or run `signet migrate` as the owner and set SIGNET_MIGRATE_ON_START=off.';
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code ?? '') || /not support SSL/.test(message))
    return `DATABASE_URL: no TLS connection to PostgreSQL${config ? ` at ${addressOf(config)}` : ''} (${code ?? message}). Correct sslmode and sslrootcert in DATABASE_URL.`;
  if (
    NETWORK_CODES.has(code ?? '') ||
    /timeout.*connect|connect.*timeout|^Connection terminated/i.test(message)
  )
    return `DATABASE_URL: PostgreSQL cannot be reached${config ? ` at ${addressOf(config)}` : ''} (${code ?? message}). Start it, or correct DATABASE_URL.`;
  if (
    message.startsWith('The embedded PostgreSQL') ||
    message.startsWith('No embedded') ||
    message.startsWith('As root,')
  )
    return message;
  return null;
}

/** Host and port alone: a connection string holds a password. */
function addressOf(config: Config): string {
  const url = config.databaseUrl && URL.canParse(config.databaseUrl) ? new URL(config.databaseUrl) : null;
  return url ? decodeURIComponent(url.host) || 'a local socket' : 'the embedded server';
}
