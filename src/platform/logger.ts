import { pino, type Logger } from 'pino';

/**
 * Paths that are cut from every log line. A last line of defence: code logs event names and ids, and
 * never an input object.
 */
export const REDACTED_PATHS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'clientSecret',
  'email',
  '*.password',
  '*.token',
  '*.accessToken',
  '*.refreshToken',
  '*.secret',
  '*.clientSecret',
  '*.email',
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  'headers.authorization',
  'headers.cookie',
];

/** JSON lines on standard output, one object an event. Control characters in values are escaped by JSON. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** PostgreSQL puts a row's values into `detail` (an e-mail address, say): those fields never reach a log. */
function describeError(error: Error & { code?: unknown; constraint?: unknown }) {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, code, constraint } = error;
  const isDatabaseError = 'severity' in error || name === 'DriverException' || constraint !== undefined;
  return {
    type: name,
    code,
    constraint,
    message: isDatabaseError ? `database error ${String(code)}` : message,
    stack: isDatabaseError
      ? stack
          ?.split('\n')
          .slice(-12)
          .filter((line) => line.startsWith('    at'))
          .join('\n')
      : stack,
  };
}

export type { Logger };
