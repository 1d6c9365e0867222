/**
 * sessions owns sign-ins: how they start, go on and end. Every token hangs on one. It must not verify
 * a token's text (tokens does) nor judge a password (passwords does).
 */
export { Session, SESSION_END_REASONS, type SessionEndReason } from './session.entity.js';
export { describeDevice, type Device } from './describe-device.js';
export { createAuthenticate } from './authenticate.js';
export { createLogin, type LoginOutcome, type SignedIn } from './log-in.js';
export { createRegister, type RegisterOutcome } from './register.js';
export { createRefresh, type RefreshOutcome } from './refresh-session.js';
export { createRevokeSessions } from './revoke-sessions.js';
export { createChangePassword, type ChangePasswordOutcome } from './change-password.js';
export { createLoadUsers, type LoadUsers } from './load-users.js';
export { createListSessions, type ListSessions } from './list-sessions.js';
export { createIssueTokens, type IssueTokens, type TokenPair } from './issue-tokens.js';
export { createPrune } from './prune.js';
export { createReportTokenTheft } from './end-stolen-session.js';
export { createDeviceSessions, type DeviceApproval } from './device-session.js';
export { createMachineSessions, type MachineSession } from './machine-session.js';
export { createSingleSignOn, type SignInOutcome, type SingleSignOn } from './single-sign-on.js';
export { createSignUp, type SignUp } from './sign-up.js';
export { createUseSession, USE_SECONDS } from './use-session.js';
export { clientSignedInSql, livesSql } from './session-row.js';
export { holdSession } from './hold-session.js';
export { endSessions } from './end-sessions.js';
export { GRAPHQL_CLIENT_ID, type SessionOptions } from './start-session.js';
