import type { Caller, Viewer } from '../caller.js';
import { closeMachineAccount } from '../accounts/index.js';
import type { ChangePermissions, PermissionChange, Refusal } from '../permissions/index.js';
import { CLIENT_COLUMNS } from './client-record.js';
import { ClientSecret, OAuthClient } from './client.entities.js';
import { describeClient, recordOfClient, requireManagedClient, type StoredClient } from './stored-client.js';

export type DeleteClientOutcome = { kind: 'deleted'; clientId: string } | Refusal;

/** Deletes a client with its secrets, by those who manage its service. */
export function createDeleteClient({ changePermissions }: { changePermissions: ChangePermissions }) {
  return async function deleteClient(
    input: { clientId: string },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<DeleteClientOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const client = await requireManagedClient(change, input.clientId);
      await removeClient(change, client);
      return { kind: 'deleted', clientId: client.clientId };
    });
  };
}

/** Deletes the clients of a service that goes. */
export async function removeClientsOfService(change: PermissionChange, service: string): Promise<void> {
  const clients: StoredClient[] = await change.tx.execute(
    `SELECT ${CLIENT_COLUMNS} FROM oauth_clients c WHERE c.service = ? ORDER BY c.id`,
    [service],
  );
  for (const client of clients) await removeClient(change, client);
  // Whoever registers the slug again must not find clients of others that may have its permissions.
  await change.tx.execute(
    'UPDATE oauth_clients SET permissions_of = array_remove(permissions_of, ?) WHERE ? = ANY(permissions_of)',
    [service, service],
  );
}

async function removeClient(change: PermissionChange, client: StoredClient): Promise<void> {
  await change.tx.nativeDelete(ClientSecret, { clientId: client.clientId });
  await change.tx.nativeDelete(OAuthClient, { id: client.clientId });
  if (client.userId) await closeMachineAccount(change, client.userId);
  await recordOfClient(change, 'client.removed', client.clientId, {
    before: describeClient(client),
    after: null,
  });
}
