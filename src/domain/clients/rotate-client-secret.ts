import { secondsLater } from '../../platform/clock.js';
import type { Caller, Viewer } from '../caller.js';
import {
  refuseField,
  type ChangePermissions,
  type PermissionChange,
  type Refusal,
} from '../permissions/index.js';
import { hasSecret } from './client-settings.js';
import { keepNewSecret } from './keep-secret.js';
import { requireServices } from './require-services.js';
import { describeSecret, livingSecrets, recordOfClient, requireManagedClient } from './stored-client.js';

export type RotateClientSecretOutcome = { kind: 'rotated'; clientId: string; clientSecret: string } | Refusal;

/** Time to deploy the new secret everywhere. */
const USUAL_OVERLAP_SECONDS = 24 * 3600;
/** A secret that is to go and lives on for longer is forgotten. */
const MAX_OVERLAP_SECONDS = 30 * 24 * 3600;
/** Each is compared with when the client asks for a token. */
const MAX_SECRETS = 10;

/** Gives a client a new secret; the old ones are good for an overlap, so that nothing stands still in between. */
export function createRotateClientSecret({ changePermissions }: { changePermissions: ChangePermissions }) {
  return async function rotateClientSecret(
    input: { clientId: string; overlapSeconds?: number | undefined },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<RotateClientSecretOutcome> {
    const { clientId, overlapSeconds = USUAL_OVERLAP_SECONDS } = input;
    return changePermissions(viewer, caller, async (change) => {
      const { tx, now } = change;
      const { authMethod, permissionsOf } = await requireManagedClient(change, clientId);
      // Whoever has the secret has what the client may have, of further services too.
      await requireServices(change, permissionsOf);
      if (!hasSecret(authMethod))
        refuseField('clientId', 'NO_SECRET', `This client has no secret: its method is ${authMethod}.`);
      if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > MAX_OVERLAP_SECONDS)
        refuseField(
          'overlapSeconds',
          'OUT_OF_RANGE',
          `Old secrets are good for 0 to ${MAX_OVERLAP_SECONDS} seconds more (30 days).`,
        );
      const before = await livingSecrets(tx, clientId, now);
      if (overlapSeconds > 0 && before.length >= MAX_SECRETS)
        refuseField(
          'overlapSeconds',
          'TOO_MANY',
          `The client has ${MAX_SECRETS} secrets already. Revoke old ones, or end them all at once by 0.`,
        );
      await endOldSecrets(change, clientId, overlapSeconds);
      const { secretId, clientSecret } = await keepNewSecret(change, clientId);
      const after = await livingSecrets(tx, clientId, now);
      await recordOfClient(change, 'client-secret.rotated', clientId, {
        before: { secrets: before.map(describeSecret) },
        after: { secrets: after.map(describeSecret) },
        details: { secretId, overlapSeconds },
      });
      return { kind: 'rotated', clientId, clientSecret };
    });
  };
}

/** None lives longer than it did before; what has expired goes, so that the table does not grow with rotations. */
async function endOldSecrets(
  { tx, now }: PermissionChange,
  clientId: string,
  overlapSeconds: number,
): Promise<void> {
  const end = secondsLater(now, overlapSeconds);
  await tx.execute(
    'UPDATE client_secrets SET expires_at = ? WHERE client_id = ? AND (expires_at IS NULL OR expires_at > ?)',
    [end, clientId, end],
  );
  await tx.execute('DELETE FROM client_secrets WHERE client_id = ? AND expires_at <= ?', [clientId, now]);
}
