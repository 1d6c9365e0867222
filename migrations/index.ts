import { AccountsAndSessions } from './0001-accounts-and-sessions.js';
import { Permissions } from './0002-permissions.js';
import { AppendOnlyAudit } from './0003-append-only-audit.js';
import { OpenidConnect } from './0004-openid-connect.js';

/** Every migration, in the order in which they run. A landed one is never edited. */
export const migrations = [
  { name: '0001-accounts-and-sessions', class: AccountsAndSessions },
  { name: '0002-permissions', class: Permissions },
  { name: '0003-append-only-audit', class: AppendOnlyAudit },
  { name: '0004-openid-connect', class: OpenidConnect },
];
