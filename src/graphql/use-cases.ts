import type { createChangeStatus, createUpdateProfile } from '../domain/accounts/index.js';
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
import type { LoadPermissions } from '../domain/permissions/index.js';
import type { createListUsers } from '../domain/users/index.js';

/** What this door asks of the domain. The composition root hands it over. */
export interface UseCases extends ReturnType<typeof createRevokeSessions> {
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
}
