/**
 * throttling owns how often a secret may be guessed, by account and by network, over all nodes. It
 * must not know what the secret was or whether the guess was right.
 */
export { Throttle, type Admission, type ThrottleOptions } from './throttle.js';
export { createAdmitUserCode } from './admit-user-code.js';
export { networkOf } from './network.js';
