import type { Caller } from '../caller.js';
import { networkOf } from './network.js';
import type { Admission, Throttle } from './throttle.js';

/**
 * Charges a guess at the code that a device shows. Nobody's account is guessed at, so a network has an allowance for
 * them as an account has for passwords, and what it guesses counts with its other guesses.
 */
export function createAdmitUserCode({ throttle }: { throttle: Throttle }) {
  return function admitUserCode(caller: Caller): Promise<Admission> {
    const network = networkOf(caller.ipAddress);
    return throttle.admitGuess({ account: `user-code:${network}`, network, networkIsKnown: false });
  };
}
