import type { Caller } from '../caller.js';
import type { NewAccountInput } from '../users/index.js';
import type { IssueTokens } from './issue-tokens.js';
import { signedIn, type SignedIn } from './log-in.js';
import { createOpenAccount, type OpenAccountDeps, type OpenAccountRefusal } from './open-account.js';
import { GRAPHQL_CLIENT_ID } from './start-session.js';

export type RegisterOutcome = ({ kind: 'registered' } & SignedIn) | OpenAccountRefusal;

export interface RegisterDeps extends OpenAccountDeps {
  issueTokens: IssueTokens;
}

/** Makes an account and signs its owner in, with tokens for the client that asks. */
export function createRegister({ issueTokens, ...deps }: RegisterDeps) {
  const openAccount = createOpenAccount(deps);
  return async function register(input: NewAccountInput, caller: Caller): Promise<RegisterOutcome> {
    const outcome = await openAccount(input, caller, GRAPHQL_CLIENT_ID);
    if (outcome.kind !== 'opened') return outcome;
    const { session, name, email } = outcome;
    const row = {
      user_id: session.userId,
      name,
      picture: null,
      status: 'ACTIVE' as const,
      user_created_at: session.createdAt,
      email,
      verified_at: null,
      permissions: [],
    };
    return { kind: 'registered', ...(await signedIn(session, row, issueTokens)) };
  };
}
