import { migrations } from '../migrations/index.js';
import type { Config } from './config.js';
import { AuditEvent } from './domain/audit/index.js';
import { ConsentRow, OidcArtifact, SessionClientRow } from './domain/authorizations/index.js';
import { ClientSecret, OAuthClient } from './domain/clients/index.js';
import { GroupAncestor, GroupMember, GroupNesting, UserGroup } from './domain/groups/index.js';
import { LogoutDelivery } from './domain/logouts/index.js';
import { OutgoingMail } from './domain/mail/index.js';
import { PasswordCredential } from './domain/passwords/index.js';
import {
  GroupPermissionGrant,
  GroupRoleGrant,
  Permission,
  PermissionGrant,
  Role,
  RoleGrant,
  RolePermission,
} from './domain/permissions/index.js';
import { Service } from './domain/services/index.js';
import { Session } from './domain/sessions/index.js';
import { SigningKey } from './domain/tokens/index.js';
import { User, UserEmail } from './domain/users/index.js';
import { connectDatabase, type Database } from './platform/database.js';

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
