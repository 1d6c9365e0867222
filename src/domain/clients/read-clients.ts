import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import {
  CLIENT_COLUMNS,
  SECRET_COLUMNS,
  isClientId,
  secretLivesSql,
  type ClientRecord,
  type ClientSecretRecord,
} from './client-record.js';

const BY_ID = {
  name: 'clients-by-id',
  text: `SELECT ${CLIENT_COLUMNS} FROM oauth_clients c WHERE c.id = ANY($1)`,
};
const OF_SERVICES = {
  name: 'clients-of-services',
  text: `SELECT ${CLIENT_COLUMNS} FROM oauth_clients c WHERE c.service = ANY($1) ORDER BY lower(c.name), c.id`,
};
const SECRETS_OF_CLIENTS = {
  name: 'secrets-of-clients',
  text: `SELECT s.client_id AS key, ${SECRET_COLUMNS} FROM client_secrets s
         WHERE s.client_id = ANY($1) AND ${secretLivesSql('s', '$2')} ORDER BY s.id DESC`,
};

/** Reads of clients, each for many keys at once. */
export function createReadClients({ database, clock }: { database: Database; clock: Clock }) {
  return {
    async clientsById(ids: readonly string[]): Promise<Map<string, ClientRecord>> {
      const rows = await database.query<ClientRecord>(BY_ID, [ids.filter(isClientId)]);
      return new Map(rows.map((row) => [row.clientId, row]));
    },
    async clientsOfServices(slugs: readonly string[]): Promise<Map<string, ClientRecord[]>> {
      return Map.groupBy(await database.query<ClientRecord>(OF_SERVICES, [slugs]), (row) => row.service);
    },
    /** Those that are good at this moment, the newest first. */
    async secretsOfClients(ids: readonly string[]): Promise<Map<string, ClientSecretRecord[]>> {
      const rows = await database.query<ClientSecretRecord & { key: string }>(SECRETS_OF_CLIENTS, [
        ids,
        clock.now(),
      ]);
      return Map.groupBy(rows, (row) => row.key);
    },
  };
}

export type ReadClients = ReturnType<typeof createReadClients>;
