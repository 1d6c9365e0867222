import { validate as isUuid } from 'uuid';
import type { Caller, Viewer } from '../caller.js';
import { refuse, type ChangePermissions, type Refusal } from '../permissions/index.js';
import { ClientSecret } from './client.entities.js';
import { describeSecret, livingSecrets, recordOfClient, requireManagedClient } from './stored-client.js';

export type RevokeClientSecretOutcome = { kind: 'revoked'; clientId: string } | Refusal;

/** Ends one secret of a client at once: for one that has leaked. The last one may go too. */
export function createRevokeClientSecret({ changePermissions }: { changePermissions: ChangePermissions }) {
  return async function revokeClientSecret(
    input: { clientId: string; secretId: string },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<RevokeClientSecretOutcome> {
    const { clientId, secretId } = input;
    return changePermissions(viewer, caller, async (change) => {
      await requireManagedClient(change, clientId);
      const living = await livingSecrets(change.tx, clientId, change.now);
      const secret = living.find(({ id }) => isUuid(secretId) && id === secretId.toLowerCase());
      if (!secret) return refuse({ kind: 'notFound', what: 'secret' });
      await change.tx.nativeDelete(ClientSecret, { id: secret.id });
      await recordOfClient(change, 'client-secret.revoked', clientId, {
        before: describeSecret(secret),
        after: null,
      });
      return { kind: 'revoked', clientId };
    });
  };
}
