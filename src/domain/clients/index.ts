/**
 * clients owns the software that asks for tokens: what it is told to be, where people come back to, and how it proves
 * itself. It must not know the protocol, which the oidc door speaks, nor what anybody may do, which permissions owns.
 */
export { OAuthClient, ClientSecret } from './client.entities.js';
export {
  AUTH_METHODS,
  CLIENT_TYPES,
  ID_TOKEN_ALGS,
  hasSecret,
  type AuthMethod,
  type ClientJwks,
  type ClientType,
  type IdTokenAlg,
} from './client-settings.js';
export { isClientId, type ClientRecord, type ClientSecretRecord } from './client-record.js';
export { matchesClientSecret } from './client-secret.js';
export { createAddClient, type AddClientOutcome, type NewClient } from './add-client.js';
export { createUpdateClient, type ClientUpdate, type UpdateClientOutcome } from './update-client.js';
export { createDeleteClient, removeClientsOfService, type DeleteClientOutcome } from './delete-client.js';
export { createRotateClientSecret, type RotateClientSecretOutcome } from './rotate-client-secret.js';
export { createRevokeClientSecret, type RevokeClientSecretOutcome } from './revoke-client-secret.js';
export { createReadClients, type ReadClients } from './read-clients.js';
export {
  createLoadClient,
  createVerifyClientSecret,
  type LoadClient,
  type LoadedClient,
} from './load-client.js';
