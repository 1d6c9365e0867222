import type { PermissionChange } from '../permissions/index.js';
import { newId } from '../new-id.js';
import { hashClientSecret, newClientSecret } from './client-secret.js';
import { ClientSecret } from './client.entities.js';
import { describeSecret, livingSecrets, recordOfClient } from './stored-client.js';

/** A secret that was made a moment ago: the only time that it is seen. */
export interface NewSecret {
  secretId: string;
  clientSecret: string;
}

/** Makes a secret for a client and keeps its hash. It is good until a successor has come. */
export async function keepNewSecret({ tx, now }: PermissionChange, clientId: string): Promise<NewSecret> {
  const clientSecret = newClientSecret();
  const secretId = newId(now);
  await tx.insert(ClientSecret, {
    id: secretId,
    clientId,
    secretHash: hashClientSecret(clientSecret),
    createdAt: now,
    expiresAt: null,
  });
  return { secretId, clientSecret };
}

/** Ends all secrets of a client, each with a line in the audit trail. */
export async function revokeAllSecrets(change: PermissionChange, clientId: string): Promise<void> {
  const { tx, now } = change;
  for (const secret of await livingSecrets(tx, clientId, now))
    await recordOfClient(change, 'client-secret.revoked', clientId, {
      before: describeSecret(secret),
      after: null,
    });
  await tx.nativeDelete(ClientSecret, { clientId });
}
