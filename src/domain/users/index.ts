/**
 * users owns accounts: who they are, their address, their status. It must not know how anybody signs
 * in; ending the sessions of a suspended user is asked of sessions.
 */
export { User, UserEmail, USER_STATUSES, type UserStatus } from './user.entity.js';
export { type UserRecord } from './user-record.js';
export { createListUsers, MAX_PAGE_SIZE, type UserPage } from './list-users.js';
export { createFindUserId } from './find-user-id.js';
export { checkName, checkPicture } from './profile.js';
export { insertAccount, insertUser, EmailTakenError } from './create-user.js';
export { checkNewAccount, type NewAccountInput } from './check-new-account.js';
