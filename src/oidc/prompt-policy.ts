import { errors, interactionPolicy } from 'oidc-provider';

const { Check } = interactionPolicy;

/** Between the password and the way back to the service an account can be suspended, and a session ended: nothing is asked then. */
const suspendedMeanwhile = new Check('account_gone', 'the account may not be used', (ctx) => {
  const { session, account, result } = ctx.oidc;
  if (session?.accountId && !account && result?.login)
    throw new errors.AccessDenied('the account may not be used');
  return Check.NO_NEED_TO_PROMPT;
});

/**
 * The library's rules of when to ask people. Native apps cannot prove who they are, so they are never let in without a
 * question (RFC 8252 §8.6); the page of a device has asked it already.
 */
export function promptPolicy() {
  const policy = interactionPolicy.base();
  const native = policy.get('consent')!.checks.get('native_client_prompt')!;
  const { check } = native;
  native.check = (ctx) => !/^(code|device)_/.test(ctx.oidc.route) && check(ctx);
  policy.get('login')!.checks.add(suspendedMeanwhile);
  return policy;
}
