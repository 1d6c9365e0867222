import type { ClientSettings } from './client-settings.js';

/** A client as everybody may see it who may see it at all. */
export interface ClientRecord extends ClientSettings {
  clientId: string;
  service: string;
  /** The account that a MACHINE acts as; null for the others, which act for people. */
  userId: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A secret without what makes it one. */
export interface ClientSecretRecord {
  id: string;
  createdAt: Date;
  expiresAt: Date | null;
}

/** The columns of a ClientRecord. */
export const CLIENT_COLUMNS = `c.id AS "clientId", c.service, c.name, c.type, c.is_first_party AS "firstParty",
  c.redirect_uris AS "redirectUris", c.post_logout_redirect_uris AS "postLogoutRedirectUris",
  c.backchannel_logout_uri AS "backchannelLogoutUri", c.auth_method AS "authMethod", c.jwks,
  c.id_token_alg AS "idTokenAlg", c.permissions_of AS "permissionsOf", c.user_id AS "userId", c.created_at AS "createdAt", c.updated_at AS "updatedAt"`;

/** The columns of a ClientSecretRecord. */
export const SECRET_COLUMNS = `s.id, s.created_at AS "createdAt", s.expires_at AS "expiresAt"`;

/** SQL for "the secret is good": it has not expired at `now`, a placeholder. */
export function secretLivesSql(alias: string, now: string): string {
  return `(${alias}.expires_at IS NULL OR ${alias}.expires_at > ${now})`;
}

/** As many base32 digits as tell the clients of a service apart. */
const CLIENT_ID = /^[a-z][a-z0-9-]{0,39}-[a-z2-7]{8}$/;

/** Whether a text has the form of a client id; nothing else needs to be looked for. */
export function isClientId(text: string): boolean {
  return CLIENT_ID.test(text);
}
