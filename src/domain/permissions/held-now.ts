import type { EntityManager } from '../../platform/database.js';
import type { Viewer } from '../caller.js';
import type { HeldUntil } from './may-manage.js';
import { serviceOf } from './permission-name.js';
import { inForceSql, waysSql } from './permissions.js';

/**
 * What a user may do at this moment, and until when, read in the transaction of what they ask for: a right that was
 * revoked since the door let them in cannot be used any more. A client has of it what its token is for.
 */
export async function heldNow(
  tx: EntityManager,
  { userId, permissions, client }: Viewer,
  now: Date,
): Promise<HeldUntil> {
  const rows: { permission: string; until: Date | string | null }[] = await tx.execute(
    `SELECT way.permission, CASE WHEN bool_or(way.expires_at IS NULL) THEN NULL ELSE max(way.expires_at) END AS until
     FROM users u CROSS JOIN LATERAL (${waysSql('u.id')}) way
     WHERE u.id = ? AND u.status = 'ACTIVE' AND ${inForceSql('way', '?')} GROUP BY way.permission`,
    [userId, now],
  );
  const services = client && (await servicesOf(tx, client.clientId));
  const had = services
    ? rows.filter(({ permission }) => permissions.has(permission) && services.has(serviceOf(permission)))
    : rows;
  return new Map(had.map(({ permission, until }) => [permission, until === null ? null : new Date(until)]));
}

/** The services whose permissions a client may have at this moment. */
async function servicesOf(tx: EntityManager, clientId: string): Promise<Set<string>> {
  const rows: { service: string }[] = await tx.execute(
    'SELECT unnest(ARRAY[service] || permissions_of) AS service FROM oauth_clients WHERE id = ?',
    [clientId],
  );
  return new Set(rows.map(({ service }) => service));
}
