import { clientPaths } from './client-paths.js';
import type { PathName, Verdict } from './paths.js';
import type { RuleName } from './rules.js';

/** What a rule means on a path: a verdict that is tested, or the reason why the two never meet. */
type Cell = Verdict | { notApplicable: string };
type Row = Record<PathName, Cell>;

const noAccountYet = { notApplicable: 'who registers has no account that a rule could hold for' };
const nobodyAsks = { notApplicable: 'the SDL is the same for everybody' };

/** One verdict for all ways to the clients of a service. */
const toClients = (verdict: Verdict) =>
  Object.fromEntries(Object.keys(clientPaths).map((name) => [name, verdict])) as Record<
    keyof typeof clientPaths,
    Verdict
  >;

/** The session is gone, the account is not: only a new sign-in helps. */
const sessionEnded: Row = {
  ...toClients('refuse'),
  register: noAccountYet,
  login: 'allow',
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
  changePassword: 'refuse',
  updateProfile: 'refuse',
  suspendUser: 'refuse',
  reactivateUser: 'refuse',
  deleteUser: 'refuse',
};

/** The account may not be used: signing in does not help either. */
const accountBarred: Row = { ...sessionEnded, login: 'refuse' };

/** The access token is worthless, the session lives: a refresh helps. */
const tokenWorthless: Row = {
  ...sessionEnded,
  'refresh by body': 'allow',
  'refresh by cookie': 'allow',
  'logout by access token': 'refuse',
};

export const table: Record<RuleName, Row> = {
  suspended: accountBarred,
  deleted: accountBarred,
  // The login below is tried with the password of before.
  'password changed since': { ...sessionEnded, login: 'refuse' },
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
  'account throttled': {
    ...toClients('allow'),
    register: noAccountYet,
    login: 'refuse',
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
    changePassword: 'allow',
    updateProfile: 'allow',
    suspendUser: 'allow',
    reactivateUser: 'allow',
    deleteUser: 'allow',
  },
};
