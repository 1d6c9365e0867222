import { defineEntity, p } from '@mikro-orm/core';
import type { AuthMethod, ClientJwks, ClientType, IdTokenAlg } from './client-settings.js';

/** A piece of software that asks Signet for tokens, on behalf of people or of itself. Its id and its type never change. */
export const OAuthClient = defineEntity({
  name: 'OAuthClient',
  tableName: 'oauth_clients',
  properties: {
    id: p.text().primary(),
    service: p.text().index(),
    name: p.text(),
    type: p.text().$type<ClientType>(),
    isFirstParty: p.boolean(),
    redirectUris: p.array(),
    postLogoutRedirectUris: p.array(),
    backchannelLogoutUri: p.text().nullable(),
    authMethod: p.text().$type<AuthMethod>(),
    /** Public keys only. */
    jwks: p.json().$type<ClientJwks>().nullable(),
    idTokenAlg: p.text().$type<IdTokenAlg>(),
    permissionsOf: p.array(),
    /** The account that a MACHINE acts as. */
    userId: p.uuid().nullable().unique(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** A secret by which a client proves itself. Several live at once while one takes over from another. */
export const ClientSecret = defineEntity({
  name: 'ClientSecret',
  tableName: 'client_secrets',
  properties: {
    id: p.uuid().primary(),
    clientId: p.text().index(),
    secretHash: p.text().hidden().lazy(),
    createdAt: p.datetime(),
    /** Set when a successor has come; null for the newest. */
    expiresAt: p.datetime().nullable(),
  },
});
