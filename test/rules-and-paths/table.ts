import type { Verdict } from './ask.js';
import { clientPaths } from './client-paths.js';
import type { PathName } from './paths.js';
import { ownPermissions, permissionChanges, permissionReads } from './permission-paths.js';
import type { RuleName } from './rules.js';

/** What a rule means on a path: a verdict that is tested, or the reason why the two never meet. */
type Cell = Verdict | { notApplicable: string };
type Row = Record<PathName, Cell>;

const noAccountYet = { notApplicable: 'who registers has no account that a rule could hold for' };
const nobodyAsks = { notApplicable: 'the SDL is the same for everybody' };

/** One verdict for many paths. */
const all = <Name extends string>(paths: Record<Name, unknown>, verdict: Verdict) =>
  Object.fromEntries(Object.keys(paths).map((name) => [name, verdict])) as Record<Name, Verdict>;

const permissionPaths = { ...ownPermissions, ...permissionReads, ...permissionChanges, ...clientPaths };

/** The session is gone, the account is not: only a new sign-in helps. */
const sessionEnded: Row = {
  register: noAccountYet,
  login: 'allow',
  'login to a service': 'allow',
  'refresh by body': 'refuse',
  'refresh by cookie': 'refuse',
  viewer: 'refuse',
  user: 'refuse',
  users: 'refuse',
  auditEvents: 'refuse',
  references: 'refuse',
  sdl: nobodyAsks,
  // Ending what has ended is no error, and changes nothing.
  'logout by access token': 'allow',
  'logout by refresh token': 'allow',
  logoutEverywhere: 'refuse',
  revokeSession: 'refuse',
  "revokeSession of another's": 'refuse',
  revokeSessionService: 'refuse',
  "revokeSessionService of another's": 'refuse',
  changePassword: 'refuse',
  updateProfile: 'refuse',
  suspendUser: 'refuse',
  reactivateUser: 'refuse',
  deleteUser: 'refuse',
  ...all(permissionPaths, 'refuse'),
};

/** The account may not be used: signing in does not help either. */
const accountBarred: Row = { ...sessionEnded, login: 'refuse', 'login to a service': 'refuse' };

/** The access token is worthless, the session lives: a refresh helps. */
const tokenWorthless: Row = {
  ...sessionEnded,
  'refresh by body': 'allow',
  'refresh by cookie': 'allow',
  'logout by access token': 'refuse',
};

/** Everything that an administrator may do. */
const everything: Row = {
  register: noAccountYet,
  login: 'allow',
  'login to a service': 'allow',
  'refresh by body': 'allow',
  'refresh by cookie': 'allow',
  viewer: 'allow',
  user: 'allow',
  users: 'allow',
  auditEvents: 'allow',
  references: 'allow',
  sdl: nobodyAsks,
  'logout by access token': 'allow',
  'logout by refresh token': 'allow',
  logoutEverywhere: 'allow',
  revokeSession: 'allow',
  "revokeSession of another's": 'allow',
  revokeSessionService: 'allow',
  "revokeSessionService of another's": 'allow',
  changePassword: 'allow',
  updateProfile: 'allow',
  suspendUser: 'allow',
  reactivateUser: 'allow',
  deleteUser: 'allow',
  ...all(permissionPaths, 'allow'),
};

/** Nothing is left but what everybody may do, although the token was minted before. */
const rightsGone: Row = {
  ...everything,
  users: 'refuse',
  auditEvents: 'refuse',
  "revokeSession of another's": 'refuse',
  "revokeSessionService of another's": 'refuse',
  suspendUser: 'refuse',
  reactivateUser: 'refuse',
  deleteUser: 'refuse',
  ...all(permissionReads, 'refuse'),
  ...all(permissionChanges, 'refuse'),
  ...all(clientPaths, 'refuse'),
};

/** The session was for a service that does not let its user in any more; the account is as good as ever. */
const notAdmitted: Row = { ...sessionEnded, 'login to a service': 'refuse' };

export const table: Record<RuleName, Row> = {
  suspended: accountBarred,
  deleted: accountBarred,
  // The login below is tried with the password of before.
  'password changed since': { ...sessionEnded, login: 'refuse', 'login to a service': 'refuse' },
  'session revoked': sessionEnded,
  'logged out': sessionEnded,
  'logged out everywhere': sessionEnded,
  'refresh token reused': sessionEnded,
  'too many sessions': sessionEnded,
  'idle too long': sessionEnded,
  'absolute lifetime over': sessionEnded,
  'access token expired': tokenWorthless,
  'signing key revoked': tokenWorthless,
  // Strangers who guess must not take the owner's session away.
  'account throttled': { ...everything, login: 'refuse', 'login to a service': 'refuse' },
  'role revoked': rightsGone,
  'permissions revoked': rightsGone,
  'grant expired': rightsGone,
  'role emptied': rightsGone,
  'role deleted': rightsGone,
  'removed from the group': rightsGone,
  'group taken out of the group': rightsGone,
  'group deleted': rightsGone,
  'service closed': notAdmitted,
  'sign-in to the service revoked': notAdmitted,
  'service removed': notAdmitted,
};
