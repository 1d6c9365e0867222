import type { Refusal } from '../../domain/permissions/index.js';
import { forbidden, notFound } from '../errors.js';
import {
  problems,
  type ConfirmationRequired,
  type InvalidIdentityInput,
  type LastAdministrator,
  type NameTaken,
  type SessionEnded,
} from '../problems.js';

type Common = InvalidIdentityInput | LastAdministrator | SessionEnded;

/**
 * The answer to a change of permissions that was refused.
 * @throws FORBIDDEN, NOT_FOUND
 */
export function refused(refusal: Refusal): Common {
  switch (refusal.kind) {
    case 'forbidden':
      throw forbidden(refusal.permission, refusal.until);
    case 'notFound':
      throw notFound(refusal.what);
    case 'invalidInput':
      return problems.invalidInput(refusal.problems);
    case 'sessionEnded':
      return problems.sessionEnded();
    case 'lastAdministrator':
      return problems.lastAdministrator();
    case 'nameTaken':
    case 'lossNotConfirmed':
      throw new Error(`this mutation has no answer for ${refusal.kind}`);
  }
}

/** The same where a name may be taken. */
export function refusedName(refusal: Refusal): Common | NameTaken {
  return refusal.kind === 'nameTaken' ? problems.nameTaken(refusal.name) : refused(refusal);
}

/**
 * The same where people may lose what they have. A name that is taken is there one of two roles of a manifest: which
 * names are the same, whatever their case, is for PostgreSQL to say, and it knows letters that JavaScript does not.
 */
export function refusedLoss(refusal: Refusal): Common | ConfirmationRequired {
  switch (refusal.kind) {
    case 'lossNotConfirmed':
      return problems.confirmationRequired(refusal.losses);
    case 'nameTaken': {
      const message = `There is a role ${refusal.name} already, in another spelling. Choose another name.`;
      return problems.invalidInput([{ path: 'roles', code: 'DUPLICATE', message }]);
    }
    default:
      return refused(refusal);
  }
}
