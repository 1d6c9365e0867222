import type { EntityManager } from '../../platform/database.js';
import { recordEvents, type AuditEventType } from '../audit/index.js';
import { managerPermission, refuse, type PermissionChange } from '../permissions/index.js';
import {
  CLIENT_COLUMNS,
  SECRET_COLUMNS,
  isClientId,
  secretLivesSql,
  type ClientSecretRecord,
} from './client-record.js';
import { settingsOf, type ClientSettings } from './client-settings.js';

/** A client as it stands in the transaction that changes it. */
export interface StoredClient extends ClientSettings {
  clientId: string;
  service: string;
  userId: string | null;
}

/** The audit trail's words for the change of a client. */
type ClientEventType = Extract<AuditEventType, `client.${string}` | `client-secret.${string}`>;

/** @throws a refusal when there is no such client, or the actor does not manage its service */
export async function requireManagedClient(
  change: PermissionChange,
  clientId: string,
): Promise<StoredClient> {
  const [client]: StoredClient[] = isClientId(clientId)
    ? await change.tx.execute(`SELECT ${CLIENT_COLUMNS} FROM oauth_clients c WHERE c.id = ?`, [clientId])
    : [];
  if (!client) return refuse({ kind: 'notFound', what: 'client' });
  change.requireManagement([managerPermission(client.service)]);
  return client;
}

/** Secrets of a client that are good at this moment, the oldest first. */
export async function livingSecrets(
  tx: EntityManager,
  clientId: string,
  now: Date,
): Promise<ClientSecretRecord[]> {
  const rows: { id: string; createdAt: string | Date; expiresAt: string | Date | null }[] = await tx.execute(
    `SELECT ${SECRET_COLUMNS} FROM client_secrets s
     WHERE s.client_id = ? AND ${secretLivesSql('s', '?')} ORDER BY s.id`,
    [clientId, now],
  );
  return rows.map(({ id, createdAt, expiresAt }) => ({
    id,
    createdAt: new Date(createdAt),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  }));
}

/** What a client is, as the audit trail keeps it. */
export function describeClient(client: ClientSettings & { service: string }): Record<string, unknown> {
  return { service: client.service, ...settingsOf(client) };
}

/** What a secret is, as the audit trail keeps it: never the secret, nor its hash. */
export function describeSecret({ id, createdAt, expiresAt }: ClientSecretRecord): Record<string, unknown> {
  return { id, createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null };
}

interface Trace {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  details?: Record<string, unknown>;
}

/** Writes one line of the audit trail about a client. */
export async function recordOfClient(
  change: PermissionChange,
  type: ClientEventType,
  clientId: string,
  trace: Trace,
): Promise<void> {
  await recordEvents(change.tx, change.now, change.caller, [
    { type, actorId: change.actorId, userId: null, subject: { kind: 'client', name: clientId }, ...trace },
  ]);
}
