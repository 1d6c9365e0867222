/**
 * passwords owns how a password is judged, hashed and verified. It must not touch sessions or tokens:
 * what a right password leads to is decided by whoever asked.
 */
export { PasswordCredential } from './password-credential.entity.js';
export { PasswordHasher, type HashingOptions } from './password-hasher.js';
export { HashQueueFull } from './hash-queue.js';
export {
  MIN_PASSWORD_LENGTH,
  checkGuessability,
  checkNewPassword,
  checkPasswordForm,
} from './password-policy.js';
