import type { Config } from './config.js';
import { createCreateAccount, createSeedAdministrator } from './domain/accounts/index.js';
import { createCheckAppendOnly, createExportEvents } from './domain/audit/index.js';
import {
  ArtifactStore,
  createConsents,
  createPacePolling,
  createRevokeTokens,
  createSessionClients,
} from './domain/authorizations/index.js';
import { createLoadClient, createVerifyClientSecret } from './domain/clients/index.js';
import { createDeliverLogouts, createMeasureLogouts } from './domain/logouts/index.js';
import { createDeliverMail } from './domain/mail/index.js';
import { PasswordHasher } from './domain/passwords/index.js';
import {
  createAuthenticate,
  createDeviceSessions,
  createIssueTokens,
  createMachineSessions,
  createPrune,
  createReportTokenTheft,
  createSignUp,
  createSingleSignOn,
  createUseSession,
} from './domain/sessions/index.js';
import { Throttle, createAdmitUserCode } from './domain/throttling/index.js';
import {
  AccessTokens,
  KeyRing,
  LogoutTokens,
  ProtocolSecrets,
  RefreshTokens,
  SigningKeyCipher,
  createKeyManagement,
  type ClaimsContributor,
} from './domain/tokens/index.js';
import { createFindUserId } from './domain/users/index.js';
import { PERMISSIONS_PATH } from './oidc/permissions.js';
import { DatabaseClock, type Clock } from './platform/clock.js';
import type { Job } from './platform/jobs.js';
import type { Logger } from './platform/logger.js';
import { createMailer } from './platform/mailer.js';
import { createMetrics } from './platform/metrics.js';
import { NewerDatabaseError, PendingMigrationsError, migrate, migrationStatus } from './platform/migrate.js';
import { createOutgoingHttp } from './platform/outgoing-http.js';
import { openDatabase } from './entities.js';
import { createUseCases } from './use-cases.js';

export interface IdentityOptions {
  config: Config;
  databaseUrl: string;
  secret: string;
  logger: Logger;
  /** Tests set their own; otherwise it is the database's. */
  clock?: Clock;
  /** Extra claims for access tokens: the extension point (docs/architecture.md, Custom claims). */
  contributeClaims?: ClaimsContributor;
}

const CLOCK_SECONDS = 30;

/** Wires the domain: every use case with what it needs. Nothing listens yet. */
export async function createIdentity(options: IdentityOptions) {
  const { config, secret, logger } = options;
  const database = await openDatabase(config, options.databaseUrl);
  const databaseClock = new DatabaseClock();
  const clock = options.clock ?? databaseClock;
  const synchroniseClock = () =>
    databaseClock.synchronise(async () => {
      const { rows } = await database.pool.query<{ now: string }>(
        'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
      );
      return new Date(Number(rows[0]!.now));
    });
  await synchroniseClock();

  const cipher = new SigningKeyCipher(secret, config.previousSecret);
  const keyRing = new KeyRing({ database, cipher, clock });
  const keys = createKeyManagement({ database, clock, cipher, keyRing, options: config.keys });
  const accessTokens = new AccessTokens({
    keyRing,
    clock,
    options: {
      issuer: config.issuer,
      audience: config.audience,
      ttlSeconds: config.accessTokenSeconds,
      contributeClaims: options.contributeClaims ?? (() => ({})),
      scopeBytes: config.scopeBytes,
      permissionsEndpoint: `${config.issuer}${PERMISSIONS_PATH}`,
    },
  });
  const refreshTokens = new RefreshTokens({
    secret,
    ...(config.previousSecret ? { previousSecret: config.previousSecret } : {}),
    issuer: config.issuer,
    clock,
  });
  const hasher = new PasswordHasher(config.hashing);
  const throttle = new Throttle(database, config.throttle);
  const issueTokens = createIssueTokens({ accessTokens, refreshTokens });
  const { sessions } = config;
  const deps = { database, clock, hasher, throttle, issueTokens, refreshTokens, sessions };
  const metrics = createMetrics();
  metrics.gauge(
    'signet_hash_queue_depth',
    'Logins and registrations that wait for their turn to hash.',
    () => hasher.queue.depth,
  );
  metrics.gauge(
    'signet_database_connections',
    'Connections of this node to PostgreSQL.',
    () => database.pool.totalCount,
  );
  metrics.gauge(
    'signet_database_waiting',
    'Requests that wait for a connection to PostgreSQL.',
    () => database.pool.waitingCount,
  );

  const authenticate = createAuthenticate(deps);
  const createAccount = createCreateAccount(deps);
  const sessionClients = createSessionClients({ ...deps, useSession: createUseSession(deps) });
  const { leaveService, ...useCases } = createUseCases({
    ...deps,
    metrics,
    authenticate,
    sessionClients,
    config,
  });
  const loadClient = createLoadClient(deps);
  const singleSignOn = createSingleSignOn({ ...deps, authenticate });
  const signUp = createSignUp({ ...deps, registrationOpen: config.registrationOpen });
  const prune = createPrune(deps);
  const mailer = config.mail.url ? createMailer(config.mail.url, config.mail.from) : undefined;
  const deliverMail = mailer ? createDeliverMail({ ...deps, mailer, logger }) : undefined;

  const measureLogouts = createMeasureLogouts(deps);
  metrics.gauge(
    'signet_logouts_waiting',
    'Logouts of which services have yet to hear, on all nodes.',
    async () => (await measureLogouts()).waiting,
  );
  metrics.gauge(
    'signet_logouts_oldest_seconds',
    'How long the oldest of them has waited, in seconds.',
    async () => (await measureLogouts()).oldestSeconds,
  );
  const deliverLogouts = createDeliverLogouts({
    ...deps,
    logger,
    outgoing: createOutgoingHttp({ allow: config.outgoingAllow }),
    logoutTokens: new LogoutTokens({ keyRing, clock, issuer: config.issuer }),
    counted: (deliver) => metrics.counted('deliverLogout', deliver),
  });

  const jobs: Job[] = [
    { name: 'synchronise-clock', everySeconds: CLOCK_SECONDS, run: synchroniseClock },
    { name: 'reload-keys', everySeconds: 10, run: () => keyRing.load() },
    { name: 'rotate-keys', everySeconds: 3600, run: keys.rotateIfDue },
    { name: 'prune', everySeconds: 600, run: prune },
    { name: 'deliver-logouts', everySeconds: 1, run: deliverLogouts },
    ...(deliverMail ? [{ name: 'deliver-mail', everySeconds: 2, run: deliverMail }] : []),
  ];

  return {
    config,
    database,
    clock,
    logger,
    metrics,
    keyRing,
    keys,
    accessTokens,
    useCases,
    loadClient,
    verifyClientSecret: createVerifyClientSecret({ loadClient }),
    singleSignOn,
    machineSession: createMachineSessions(deps),
    startDeviceSession: createDeviceSessions(deps),
    signUp,
    reportTokenTheft: createReportTokenTheft(deps),
    admitUserCode: createAdmitUserCode(deps),
    authorizations: {
      artifacts: new ArtifactStore(deps),
      ...sessionClients,
      leaveService,
      ...createConsents(deps),
      ...createRevokeTokens(deps),
      asksTooEarly: createPacePolling(deps),
    },
    secrets: new ProtocolSecrets(secret, config.previousSecret),
    createAccount,
    findUserId: createFindUserId(deps),
    exportEvents: createExportEvents(deps),
    isAuditAppendOnly: createCheckAppendOnly(deps),
    seedAdministrator: createSeedAdministrator({ ...deps, createAccount }),
    prune,
    jobs,
    /** Brings the database to this version, or says why it cannot be used. */
    async prepareDatabase(): Promise<string[]> {
      if (config.migrateOnStart) return migrate(database);
      const { pending, unknown } = await migrationStatus(database);
      if (unknown.length > 0) throw new NewerDatabaseError(unknown);
      if (pending.length > 0) throw new PendingMigrationsError(pending);
      return [];
    },
    warmUp: () => hasher.warmUp(),
    async close(): Promise<void> {
      mailer?.close();
      await database.close();
    },
  };
}

export type Identity = Awaited<ReturnType<typeof createIdentity>>;
