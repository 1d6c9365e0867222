import type { FastifyInstance } from 'fastify';
import { migrations } from '../migrations/index.js';
import type { Config } from './config.js';
import {
  createChangeStatus,
  createCreateAccount,
  createSeedAdministrator,
  createUpdateProfile,
} from './domain/accounts/index.js';
import {
  AuditEvent,
  createCheckAppendOnly,
  createExportEvents,
  createListEvents,
} from './domain/audit/index.js';
import {
  ArtifactStore,
  ConsentRow,
  OidcArtifact,
  SessionClientRow,
  createConsents,
  createLeaveService,
  createPacePolling,
  createRevokeTokens,
  createSessionClients,
} from './domain/authorizations/index.js';
import {
  ClientSecret,
  OAuthClient,
  createAddClient,
  createDeleteClient,
  createLoadClient,
  createReadClients,
  createRevokeClientSecret,
  createRotateClientSecret,
  createUpdateClient,
  createVerifyClientSecret,
} from './domain/clients/index.js';
import {
  GroupAncestor,
  GroupMember,
  GroupNesting,
  UserGroup,
  createChangeGroups,
  createChangeMembers,
  createReadGroups,
} from './domain/groups/index.js';
import { LogoutDelivery, createDeliverLogouts, createMeasureLogouts } from './domain/logouts/index.js';
import { OutgoingMail, createDeliverMail } from './domain/mail/index.js';
import { PasswordCredential, PasswordHasher } from './domain/passwords/index.js';
import {
  GroupPermissionGrant,
  GroupRoleGrant,
  Permission,
  PermissionGrant,
  Role,
  RoleGrant,
  RolePermission,
  createChangePermissions,
  createChangeRoles,
  createExplainPermission,
  createGrant,
  createListHolders,
  createLoadPermissions,
  createReadCatalogue,
  createRevoke,
} from './domain/permissions/index.js';
import { Service, createChangeServices, createReadServices } from './domain/services/index.js';
import {
  Session,
  createAuthenticate,
  createChangePassword,
  createIssueTokens,
  createListSessions,
  createLoadUsers,
  createLogin,
  createDeviceSessions,
  createMachineSessions,
  createPrune,
  createRefresh,
  createRegister,
  createReportTokenTheft,
  createRevokeSessions,
  createSignUp,
  createSingleSignOn,
  createUseSession,
  holdSession,
} from './domain/sessions/index.js';
import { Throttle, createAdmitUserCode } from './domain/throttling/index.js';
import {
  AccessTokens,
  KeyRing,
  LogoutTokens,
  ProtocolSecrets,
  RefreshTokens,
  SigningKey,
  SigningKeyCipher,
  createKeyManagement,
  type ClaimsContributor,
  type VerifiedToken,
} from './domain/tokens/index.js';
import { User, UserEmail, createFindUserId, createListUsers } from './domain/users/index.js';
import { printApi } from './graphql/print-api.js';
import { buildSubgraph } from './graphql/schema.js';
import { mountGraphql } from './graphql/server.js';
import { mountDiscovery } from './oidc/discovery.js';
import { mountOpenId } from './oidc/mount.js';
import { PERMISSIONS_PATH, mountPermissions } from './oidc/permissions.js';
import { pageSources } from './page-sources.js';
import { mountExplorer } from './pages/explorer.js';
import { mountHome } from './pages/home.js';
import { mountPages } from './pages/mount.js';
import { createProtocolPages } from './pages/protocol-pages.js';
import { DatabaseClock, type Clock } from './platform/clock.js';
import { connectDatabase, type Database } from './platform/database.js';
import { startJobs, type Job } from './platform/jobs.js';
import type { Logger } from './platform/logger.js';
import { createMailer } from './platform/mailer.js';
import { createMetrics } from './platform/metrics.js';
import { NewerDatabaseError, PendingMigrationsError, migrate, migrationStatus } from './platform/migrate.js';
import { createOutgoingHttp } from './platform/outgoing-http.js';
import { createServer } from './platform/server.js';
import { openProtocol } from './protocol.js';

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

/** Opens the database; every entity of the domain is listed here. */
export function openDatabase(config: Pick<Config, 'poolSize'>, url: string): Promise<Database> {
  return connectDatabase({
    url,
    poolSize: config.poolSize,
    entities: [
      User,
      UserEmail,
      PasswordCredential,
      Session,
      SigningKey,
      ...[Service, Permission, Role, RolePermission],
      ...[RoleGrant, PermissionGrant, GroupRoleGrant, GroupPermissionGrant],
      ...[OAuthClient, ClientSecret, OidcArtifact, SessionClientRow, ConsentRow],
      ...[UserGroup, GroupMember, GroupNesting, GroupAncestor],
      AuditEvent,
      OutgoingMail,
      LogoutDelivery,
    ],
    migrations,
  });
}

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
  const changePermissions = createChangePermissions({ ...deps, holdSession });
  const permissionDeps = { ...deps, changePermissions };
  const sessionClients = createSessionClients({ ...deps, useSession: createUseSession(deps) });
  const { leaveService, revokeSessionService } = createLeaveService(deps);
  const useCases = {
    register: metrics.counted(
      'register',
      createRegister({ ...deps, registrationOpen: config.registrationOpen }),
    ),
    login: metrics.counted('login', createLogin({ ...deps, authenticate })),
    refresh: metrics.counted('refresh', createRefresh(deps)),
    changePassword: metrics.counted('changePassword', createChangePassword(deps)),
    ...createRevokeSessions(deps),
    updateProfile: createUpdateProfile(deps),
    changeStatus: metrics.counted('changeStatus', createChangeStatus(deps)),
    loadUsers: createLoadUsers(deps),
    listUsers: createListUsers(deps),
    listSessions: createListSessions(deps),
    loadPermissions: createLoadPermissions(deps),
    listEvents: createListEvents(deps),
    ...createChangeRoles(permissionDeps),
    ...createChangeGroups(permissionDeps),
    ...createChangeMembers(permissionDeps),
    ...createChangeServices(permissionDeps),
    ...createListHolders(deps),
    grant: metrics.counted('grant', createGrant(permissionDeps)),
    revoke: metrics.counted('revoke', createRevoke(permissionDeps)),
    explainPermission: createExplainPermission(deps),
    catalogue: createReadCatalogue(deps),
    groups: createReadGroups(deps),
    services: createReadServices(deps),
    revokeSessionService,
    listSessionServices: sessionClients.listSessionServices,
    clients: createReadClients(deps),
    addClient: createAddClient(permissionDeps),
    updateClient: createUpdateClient(permissionDeps),
    deleteClient: createDeleteClient(permissionDeps),
    rotateClientSecret: createRotateClientSecret(permissionDeps),
    revokeClientSecret: createRevokeClientSecret(permissionDeps),
  };
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

/** Opens the doors over a wired domain, and starts its background work. */
export async function createApp(identity: Identity) {
  const { config, database, keyRing, logger, metrics, useCases, accessTokens } = identity;
  const server = await createServer({
    logger,
    metrics,
    metricsToken: config.metricsToken,
    trustedProxies: config.trustedProxies,
    allowedOrigins: config.allowedOrigins,
    readiness: {
      database: async () => void (await database.pool.query('SELECT 1')),
      migrations: async () => {
        const { pending } = await migrationStatus(database);
        if (pending.length > 0) throw new PendingMigrationsError(pending);
      },
      keys: async () => void keyRing.active(),
    },
  });
  const subgraph = await buildSubgraph({ authDirectives: config.authDirectives });
  const { issuer, profilesArePublic, allowedOrigins, introspection, explorer } = config;
  await mountGraphql(server, {
    subgraph,
    useCases,
    accessTokens,
    logger,
    options: { profilesArePublic, allowedOrigins, introspection },
  });
  const findViewer = async (token: VerifiedToken) => (await useCases.loadUsers([], token)).viewer;
  mountHome(server, { issuer, explorer });
  if (explorer) await mountExplorer(server, { issuer, sdl: printApi(subgraph), accessTokens, findViewer });
  const protocolMetadata = await mountProtocol(server, identity);
  mountDiscovery(server, { issuer, keyRing, protocolMetadata });
  mountPermissions(server, { accessTokens, findViewer });
  const jobs = startJobs(identity.jobs, logger);
  server.addHook('onClose', () => jobs.stop());
  return server;
}

/** The OpenID door and its pages; returns what discovery says of them. */
async function mountProtocol(server: FastifyInstance, identity: Identity) {
  const { openId, interactions } = openProtocol(identity, createProtocolPages(identity.config));
  await mountOpenId(server, openId);
  await mountPages(server, pageSources(identity, interactions));
  return () => openId.metadata();
}
