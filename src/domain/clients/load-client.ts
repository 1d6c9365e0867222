import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { CLIENT_COLUMNS, isClientId, secretLivesSql, type ClientRecord } from './client-record.js';
import { matchesClientSecret } from './client-secret.js';
import { hasSecret } from './client-settings.js';

/** A client as the OpenID provider needs it. */
export interface LoadedClient extends ClientRecord {
  /** Hashes of the secrets that are good at this moment, in one order. */
  secretHashes: string[];
}

const LOAD = {
  name: 'load-client',
  text: `SELECT ${CLIENT_COLUMNS},
           ARRAY(SELECT s.secret_hash FROM client_secrets s
                 WHERE s.client_id = c.id AND ${secretLivesSql('s', '$2')} ORDER BY s.id) AS "secretHashes"
         FROM oauth_clients c WHERE c.id = $1`,
};

/** Reads a client with everything that it takes to speak with it, by one statement; null when there is none. */
export function createLoadClient({ database, clock }: { database: Database; clock: Clock }) {
  return async function loadClient(clientId: string): Promise<LoadedClient | null> {
    if (!isClientId(clientId)) return null;
    const [client] = await database.query<LoadedClient>(LOAD, [clientId, clock.now()]);
    return client ?? null;
  };
}

export type LoadClient = ReturnType<typeof createLoadClient>;

/** Whether a client proves by a secret that it is itself. One whose method is another never does. */
export function createVerifyClientSecret({ loadClient }: { loadClient: LoadClient }) {
  return async function verifyClientSecret(clientId: string, secret: string): Promise<boolean> {
    const client = await loadClient(clientId);
    return (
      client !== null && hasSecret(client.authMethod) && matchesClientSecret(client.secretHashes, secret)
    );
  };
}
