import type { Refusal } from '../../domain/permissions/index.js';
import { refused } from '../permissions/refusals.js';
import { LastAdministrator, type InvalidIdentityInput, type SessionEnded } from '../problems.js';

/**
 * The answer to a change of a client that was refused. Clients give nobody a permission, so none can take away the last
 * administrator.
 * @throws FORBIDDEN, NOT_FOUND
 */
export function refusedClient(refusal: Refusal): InvalidIdentityInput | SessionEnded {
  const problem = refused(refusal);
  if (problem instanceof LastAdministrator)
    throw new Error('this mutation has no answer for lastAdministrator');
  return problem;
}
