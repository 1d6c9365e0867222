import type { FieldProblem } from '../caller.js';
import { checkNewPassword } from '../passwords/index.js';
import { normaliseEmail } from './email-address.js';
import { checkName } from './profile.js';

export interface NewAccountInput {
  email: string;
  password: string;
  name: string;
}

/** Checks the whole of a new account and reports every fault at once. */
export function checkNewAccount(
  input: NewAccountInput,
): { address: string; name: string; problems?: never } | { problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const address = normaliseEmail(input.email);
  if (!address)
    problems.push({
      path: 'email',
      code: 'INVALID',
      message: 'Enter an e-mail address such as ada@example.com.',
    });
  const checkedName = checkName(input.name);
  if ('problem' in checkedName) problems.push(checkedName.problem);
  // Only what was accepted, and so is short: the estimator looks for every word of it.
  const context = ['problem' in checkedName ? '' : checkedName.name, address ?? ''];
  const weakness = checkNewPassword(input.password, context);
  if (weakness) problems.push(weakness);
  if (problems.length > 0 || !address || 'problem' in checkedName) return { problems };
  return { address, name: checkedName.name };
}
