/**
 * accounts owns what concerns a whole account at once: making it for somebody, suspending, reactivating
 * and erasing it. It asks users, sessions and permissions, which do not know it.
 */
export {
  closeMachineAccount,
  createChangeStatus,
  openMachineAccount,
  renameMachineAccount,
  type ChangeStatusOutcome,
} from './change-status.js';
export { createUpdateProfile, type UpdateProfileOutcome } from './update-profile.js';
export { createCreateAccount, type CreateAccount } from './create-account.js';
export { createSeedAdministrator, AdministratorError } from './seed-administrator.js';
