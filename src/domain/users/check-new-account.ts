import type { FieldProblem } from '../caller.js';
import { checkPasswordForm } from '../passwords/index.js';
import { normaliseEmail } from './email-address.js';
import { checkName } from './profile.js';

export interface NewAccountInput {
  email: string;
  password: string;
  name: string;
}

/**
 * Checks all of a new account that costs nothing to check, and reports every fault at once. Whether the password
 * can be guessed is left to `checkGuessability`, once the attempt has been counted.
 */
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
  const weakness = checkPasswordForm(input.password);
  if (weakness) problems.push(weakness);
  if (problems.length > 0 || !address || 'problem' in checkedName) return { problems };
  return { address, name: checkedName.name };
}
