import { interactionPolicy } from 'oidc-provider';

/**
 * The library's rules of when to ask people. Native apps cannot prove who they are, so they are never let in without a
 * question (RFC 8252 §8.6); the page of a device has asked it already.
 */
export function promptPolicy() {
  const policy = interactionPolicy.base();
  const native = policy.get('consent')!.checks.get('native_client_prompt')!;
  const { check } = native;
  native.check = (ctx) => !/^(code|device)_/.test(ctx.oidc.route) && check(ctx);
  return policy;
}
