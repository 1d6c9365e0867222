import type { Caller } from '../caller.js';
import type { NewAccountInput } from '../users/index.js';
import { createOpenAccount, type OpenAccountDeps, type OpenAccountRefusal } from './open-account.js';
import type { SignInOutcome } from './single-sign-on.js';
import { SINGLE_SIGN_ON_CLIENT_ID } from './start-session.js';

export type SignUpOutcome = Extract<SignInOutcome, { kind: 'signedIn' }> | OpenAccountRefusal;

/** Makes an account and begins its owner's session in the browser, as signing in would. */
export function createSignUp(deps: OpenAccountDeps) {
  const openAccount = createOpenAccount(deps);
  return async function signUp(input: NewAccountInput, caller: Caller): Promise<SignUpOutcome> {
    const outcome = await openAccount(input, caller, SINGLE_SIGN_ON_CLIENT_ID);
    if (outcome.kind !== 'opened') return outcome;
    const { id: sessionId, userId, amr, authenticatedAt } = outcome.session;
    return { kind: 'signedIn', userId, sessionId, amr, authenticatedAt };
  };
}

export type SignUp = ReturnType<typeof createSignUp>;
