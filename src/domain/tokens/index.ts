/**
 * tokens owns signing keys and the text of every token: minting, verifying, rotating. It must not
 * decide who gets one, nor whether a session lives.
 */
export {
  ID_TOKEN_PURPOSES,
  KEY_PURPOSES,
  SigningKey,
  type KeyPurpose,
  type SigningAlgorithm,
} from './signing-key.entity.js';
export { KeyRing, type KeyState, type RingKey } from './key-ring.js';
export { SigningKeyCipher, UnreadableSigningKeyError } from './signing-key-cipher.js';
export { createKeyManagement, type KeyManagement } from './rotate-keys.js';
export { AccessTokens, type InspectedToken, type VerifiedToken } from './access-token.js';
export { RefreshTokens } from './refresh-token.js';
export { LogoutTokens } from './logout-token.js';
export { ProtocolSecrets } from './protocol-secrets.js';
export type { ClaimsContributor, TokenSubject } from './claims.js';
