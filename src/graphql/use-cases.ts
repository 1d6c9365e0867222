import type {
  createAddClient,
  createDeleteClient,
  createRevokeClientSecret,
  createRotateClientSecret,
  createUpdateClient,
  ReadClients,
} from '../domain/clients/index.js';
import type { createChangeStatus, createUpdateProfile } from '../domain/accounts/index.js';
import type { createLeaveService, SessionClients } from '../domain/authorizations/index.js';
import type { createListEvents } from '../domain/audit/index.js';
import type {
  createChangePassword,
  createLogin,
  createRefresh,
  createRegister,
  createRevokeSessions,
  ListSessions,
  LoadUsers,
} from '../domain/sessions/index.js';
import type { createChangeGroups, createChangeMembers, ReadGroups } from '../domain/groups/index.js';
import type {
  createChangeRoles,
  createExplainPermission,
  createGrant,
  createListHolders,
  createRevoke,
  LoadPermissions,
  ReadCatalogue,
} from '../domain/permissions/index.js';
import type { createChangeServices, ReadServices } from '../domain/services/index.js';
import type { createListUsers } from '../domain/users/index.js';

/** What this door asks of the domain. The composition root hands it over. */
export interface UseCases
  extends
    ReturnType<typeof createRevokeSessions>,
    ReturnType<typeof createChangeRoles>,
    ReturnType<typeof createChangeGroups>,
    ReturnType<typeof createChangeMembers>,
    ReturnType<typeof createChangeServices>,
    ReturnType<typeof createListHolders> {
  register: ReturnType<typeof createRegister>;
  login: ReturnType<typeof createLogin>;
  refresh: ReturnType<typeof createRefresh>;
  changePassword: ReturnType<typeof createChangePassword>;
  updateProfile: ReturnType<typeof createUpdateProfile>;
  changeStatus: ReturnType<typeof createChangeStatus>;
  loadUsers: LoadUsers;
  listUsers: ReturnType<typeof createListUsers>;
  listSessions: ListSessions;
  loadPermissions: LoadPermissions;
  listEvents: ReturnType<typeof createListEvents>;
  grant: ReturnType<typeof createGrant>;
  revoke: ReturnType<typeof createRevoke>;
  explainPermission: ReturnType<typeof createExplainPermission>;
  catalogue: ReadCatalogue;
  groups: ReadGroups;
  services: ReadServices;
  clients: ReadClients;
  revokeSessionService: ReturnType<typeof createLeaveService>['revokeSessionService'];
  listSessionServices: SessionClients['listSessionServices'];
  addClient: ReturnType<typeof createAddClient>;
  updateClient: ReturnType<typeof createUpdateClient>;
  deleteClient: ReturnType<typeof createDeleteClient>;
  rotateClientSecret: ReturnType<typeof createRotateClientSecret>;
  revokeClientSecret: ReturnType<typeof createRevokeClientSecret>;
}
