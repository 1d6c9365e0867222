import { defineEntity, p } from '@mikro-orm/core';
import type { ArtifactPayload } from './artifact-store.js';

/** What the library of the protocol keeps: tokens, codes, interactions, grants. Ids are bearer secrets: only hashes are here. */
export const OidcArtifact = defineEntity({
  name: 'OidcArtifact',
  tableName: 'oidc_artifacts',
  properties: {
    model: p.text().primary(),
    idHash: p.text().primary().hidden(),
    uid: p.text().nullable(),
    userCodeHash: p.text().nullable().hidden(),
    grantId: p.text().nullable(),
    sessionId: p.uuid().nullable(),
    accountId: p.uuid().nullable(),
    clientId: p.text().nullable(),
    payload: p.json().$type<ArtifactPayload>(),
    expiresAt: p.datetime().nullable(),
    consumedAt: p.datetime().nullable(),
  },
});

/** A client that a session is signed in to. */
export const SessionClientRow = defineEntity({
  name: 'SessionClient',
  tableName: 'session_clients',
  properties: {
    sessionId: p.uuid().primary(),
    clientId: p.text().primary(),
    grantId: p.text().nullable(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime(),
  },
});

/** What somebody lets a third party have. */
export const ConsentRow = defineEntity({
  name: 'Consent',
  tableName: 'consents',
  properties: {
    userId: p.uuid().primary(),
    clientId: p.text().primary(),
    scopes: p.array(),
    grantedAt: p.datetime(),
  },
});
