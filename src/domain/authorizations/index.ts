/**
 * authorizations owns what OpenID Connect needs to remember: codes, tokens and interactions, which clients a session is
 * signed in to, and what people let third parties have. It must not know the protocol, which the oidc door speaks.
 */
export { ConsentRow, OidcArtifact, SessionClientRow } from './authorization.entities.js';
export { ArtifactStore, type ArtifactPayload, type StoredArtifact } from './artifact-store.js';
export {
  createSessionClients,
  type SessionClient,
  type SessionClients,
  type SessionService,
} from './session-clients.js';
export { createLeaveService, type RevokeSessionServiceOutcome } from './leave-service.js';
export { createConsents, type Consent } from './consents.js';
export { createRevokeTokens } from './revoke-tokens.js';
export { createPacePolling } from './pace-polling.js';
