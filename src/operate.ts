import type { AddressInfo } from 'node:net';
import { validate as isUuid } from 'uuid';
import { createApp } from './app.js';
import { openDatabase } from './entities.js';
import { createIdentity, type Identity } from './identity.js';
import { loadClaimsModule } from './claims-module.js';
import { CommandError } from './cli/command-error.js';
import type { OperatorCommands } from './cli/program.js';
import { loadConfig, type Config } from './config.js';
import { AUDIT_EVENT_TYPES } from './domain/audit/index.js';
import { createLogger } from './platform/logger.js';
import { migrate } from './platform/migrate.js';
import { openPostgres, type Postgres } from './platform/open-postgres.js';
import { drain } from './platform/server.js';
import { explainFault } from './start-faults.js';
import { VERSION } from './version.js';

/** The settings as far as they could be read, for explaining what went wrong. */
let loaded: Config | undefined;

/** Wires the domain, does the work, and leaves everything closed. */
async function withIdentity<T>(
  work: (identity: Identity) => Promise<T>,
  options = { readKeys: true },
): Promise<T> {
  const config = (loaded = loadConfig());
  const postgres = await openPostgres(config);
  try {
    // Standard output is for what the command has to say.
    const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr);
    const identity = await createIdentity({
      config,
      databaseUrl: postgres.url,
      secret: postgres.secret,
      logger,
    });
    try {
      await identity.prepareDatabase();
      if (options.readKeys) await identity.keys.ensureKeys();
      return await work(identity);
    } finally {
      await identity.close();
    }
  } finally {
    await postgres.release();
  }
}

type Closers = (() => Promise<void>)[];

async function start(): Promise<void> {
  const config = (loaded = loadConfig());
  const logger = createLogger(config.logLevel);
  const closers: Closers = [];
  const opening = open(config, logger, closers);
  // A signal that comes while doors open waits until they are, so that no server of ours stays behind.
  let closing: Promise<void> | undefined;
  const closeAll = () => (closing ??= opening.catch(() => undefined).then(() => closeInReverse(closers)));
  stopOnSignals(closeAll, logger);
  try {
    await opening;
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function closeInReverse(closers: Closers): Promise<void> {
  for (const close of closers.toReversed()) await close();
}

/** Opens the database and the doors; `closers` grows with what has to be closed again. */
async function open(
  config: Config,
  logger: ReturnType<typeof createLogger>,
  closers: Closers,
): Promise<void> {
  const contributeClaims = config.claimsModule && (await loadClaimsModule(config.claimsModule));
  const postgres = await openPostgres(config);
  closers.push(postgres.release);
  const identity = await createIdentity({
    config,
    databaseUrl: postgres.url,
    secret: postgres.secret,
    logger,
    ...(contributeClaims ? { contributeClaims } : {}),
  });
  closers.push(identity.close);
  const migrated = await identity.prepareDatabase();
  if (migrated.length > 0)
    logger.info({ event: 'database.migrated', migrations: migrated }, 'migrations applied');
  if (!(await identity.isAuditAppendOnly()))
    logger.warn(
      { event: 'audit.not-append-only' },
      'the role in DATABASE_URL can change or delete audit events: use one that is no superuser, as in docs/operating.md',
    );
  await identity.keys.ensureKeys();
  await identity.seedAdministrator(config.admin, announceAdministrator);
  await identity.warmUp();
  const server = await createApp(identity);
  closers.push(() => drain(server));
  await server.listen({ host: config.host, port: config.port });
  const { port } = server.server.address() as AddressInfo;
  logger.info(
    { event: 'server.listening', host: config.host, port, issuer: config.issuer },
    'Signet is listening',
  );
  if (!config.mail.url)
    logger.warn({ event: 'mail.not-configured' }, 'SIGNET_MAIL_URL is not set: notices wait in the outbox');
  if (config.developmentMode) process.stdout.write(banner(config, port, postgres));
}

/** The first signal drains and closes; a second one ends at once. */
function stopOnSignals(closeAll: () => Promise<void>, logger: ReturnType<typeof createLogger>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      logger.info({ event: 'server.stopping', signal }, 'stopping: answering what is under way');
      closeAll().then(
        () => {
          logger.info({ event: 'server.stopped' }, 'stopped');
          process.exit(0);
        },
        (error) => {
          logger.error({ event: 'server.stop-failed', err: error }, 'could not stop cleanly');
          process.exit(1);
        },
      );
    });
}

function announceAdministrator(email: string, generatedPassword: string | null): void {
  if (generatedPassword === null) return;
  process.stdout.write(
    `\n  Administrator made. This password is shown once, keep it:\n\n    e-mail    ${email}\n    password  ${generatedPassword}\n\n`,
  );
}

function banner(config: Config, port: number, postgres: Postgres): string {
  const origin = `http://localhost:${port}`;
  return `
  Signet ${VERSION} is ready, in DEVELOPMENT MODE: loopback only, data and secret in ${postgres.dataDir}

    Open        ${origin}/          what is here and what to try
${config.explorer ? `    Explorer    ${origin}/explorer       sign in, look up people, grant and revoke\n` : ''}    GraphQL     ${origin}/graphql
    Discovery   ${origin}/.well-known/openid-configuration
    Health      ${origin}/readyz
    Sign in as  ${config.admin.email}

  A tour of the API is in schema/tour.graphql. Ctrl-C stops.

`;
}

/** What operators type. They open the database themselves, or start the one of development mode. */
export const operatorCommands: OperatorCommands = {
  start,
  async migrate() {
    const config = (loaded = loadConfig());
    const postgres = await openPostgres(config);
    const database = await openDatabase(config, postgres.url).catch(async (error) => {
      await postgres.release();
      throw error;
    });
    try {
      return await migrate(database);
    } finally {
      await database.close();
      await postgres.release();
    }
  },
  listKeys: () =>
    withIdentity(async ({ keyRing }) =>
      keyRing.states().map(({ key, state }) => ({
        kid: key.kid,
        purpose: key.purpose,
        algorithm: key.algorithm,
        state,
        'signs from': key.activatesAt.toISOString(),
        'published until': key.retiredAt?.toISOString() ?? 'replaced',
      })),
    ),
  rotateKeys: (purpose) => withIdentity(({ keys }) => keys.rotateKeys(purpose)),
  // A key that cannot be decrypted keeps everything else from starting, so this one does not read keys first.
  revokeKey: (kid) => withIdentity(({ keys }) => keys.revokeKey(kid), { readKeys: false }),
  createUser: (input, administrator) =>
    withIdentity(async ({ createAccount }) => {
      const outcome = await createAccount(input, { administrator });
      if (outcome.kind === 'created') return outcome.userId;
      if (outcome.kind === 'emailTaken')
        throw new CommandError('This e-mail address already has an account.');
      throw new CommandError(outcome.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    }),
  changeStatus: (change, emailOrId) =>
    withIdentity(async ({ findUserId, useCases }) => {
      const userId = (await findUserId(emailOrId)) ?? emailOrId;
      const outcome = await useCases.changeStatus(change, userId, null, null);
      if (outcome.kind === 'notFound') throw new CommandError('There is no such account.');
      if (outcome.kind === 'lastAdministrator')
        throw new CommandError('This is the last administrator. Make another one first.');
      return userId;
    }),
  exportEvents: ({ user, actor, type, since, until, after }, take) =>
    withIdentity(
      async (identity) => {
        const { exportEvents, useCases } = identity;
        if (type !== undefined && !Object.hasOwn(AUDIT_EVENT_TYPES, type))
          throw new CommandError(`There is no type of event ${type}; docs/security.md has the list.`);
        if (after !== undefined && !isUuid(after)) throw new CommandError(`${after} is no id of an event.`);
        const userId = user && (await accountId(identity, user));
        const actorId = actor && (await accountId(identity, actor));
        const filter = { userId, actorId, type, since, until };
        const newest = (await useCases.listEvents({ first: 1, after: null, filter })).events[0];
        if (!newest) return;
        for await (const batch of exportEvents(filter, after ?? null))
          if (!(await take(batch, newest))) return;
      },
      { readKeys: false },
    ),
};

/** An id may belong to an account whose address is gone: the trail still knows it. */
async function accountId({ findUserId }: Identity, emailOrId: string): Promise<string> {
  const id = (await findUserId(emailOrId)) ?? emailOrId;
  if (!isUuid(id)) throw new CommandError(`There is no account ${emailOrId}.`);
  return id;
}

/** What went wrong, in one message for people; what nobody foresaw is logged with its stack. */
export function explain(error: unknown): string {
  const explained = explainFault(error, loaded);
  if (explained) return `\n${explained}\n\n`;
  createLogger('error').error({ event: 'process.crashed', err: error as Error }, 'unexpected error');
  return '\nSignet stopped on an unexpected error.\n';
}
