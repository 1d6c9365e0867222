import type { Caller, Viewer } from '../caller.js';
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
}

async function removeClient(change: PermissionChange, client: StoredClient): Promise<void> {
  const { clientId } = client;
  await change.tx.nativeDelete(ClientSecret, { clientId });
  await change.tx.nativeDelete(OAuthClient, { id: clientId });
  await recordOfClient(change, 'client.removed', clientId, { before: describeClient(client), after: null });
}
