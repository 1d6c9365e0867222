import type { Config } from './config.js';
import { createChangeStatus, createUpdateProfile } from './domain/accounts/index.js';
import { createListEvents } from './domain/audit/index.js';
import { createLeaveService, createSessionClients } from './domain/authorizations/index.js';
import {
  createAddClient,
  createDeleteClient,
  createReadClients,
  createRevokeClientSecret,
  createRotateClientSecret,
  createUpdateClient,
} from './domain/clients/index.js';
import { createChangeGroups, createChangeMembers, createReadGroups } from './domain/groups/index.js';
import {
  createChangePermissions,
  createChangeRoles,
  createExplainPermission,
  createGrant,
  createListHolders,
  createLoadPermissions,
  createReadCatalogue,
  createRevoke,
} from './domain/permissions/index.js';
import { createChangeServices, createReadServices } from './domain/services/index.js';
import {
  createAuthenticate,
  createChangePassword,
  createListSessions,
  createLoadUsers,
  createLogin,
  createRefresh,
  createRegister,
  createRevokeSessions,
  holdSession,
} from './domain/sessions/index.js';
import { createListUsers } from './domain/users/index.js';
import type { PasswordHasher } from './domain/passwords/index.js';
import type { IssueTokens, SessionOptions } from './domain/sessions/index.js';
import type { Throttle } from './domain/throttling/index.js';
import type { RefreshTokens } from './domain/tokens/index.js';
import type { Clock } from './platform/clock.js';
import type { Database } from './platform/database.js';
import type { Metrics } from './platform/metrics.js';

interface Deps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  throttle: Throttle;
  issueTokens: IssueTokens;
  refreshTokens: RefreshTokens;
  sessions: SessionOptions;
  metrics: Metrics;
  config: Pick<Config, 'registrationOpen'>;
  authenticate: ReturnType<typeof createAuthenticate>;
  sessionClients: ReturnType<typeof createSessionClients>;
}

/** Everything that the doors may ask of the domain. */
export function createUseCases({ metrics, config, authenticate, sessionClients, ...deps }: Deps) {
  const changePermissions = createChangePermissions({ ...deps, holdSession });
  const permissionDeps = { ...deps, changePermissions };
  return {
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
    ...createLeaveService(deps),
    listSessionServices: sessionClients.listSessionServices,
    clients: createReadClients(deps),
    addClient: createAddClient(permissionDeps),
    updateClient: createUpdateClient(permissionDeps),
    deleteClient: createDeleteClient(permissionDeps),
    rotateClientSecret: createRotateClientSecret(permissionDeps),
    revokeClientSecret: createRevokeClientSecret(permissionDeps),
  };
}
