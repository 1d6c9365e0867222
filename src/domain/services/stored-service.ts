import type { EntityManager } from '../../platform/database.js';
import { SLUG, STORED_ROLE, toStoredRole, type StoredRole } from '../permissions/index.js';
import type { ServiceAccess } from './service.entity.js';

/** A service as it stands in the database, with everything that its manifest governs. */
export interface StoredService {
  slug: string;
  name: string;
  description: string | null;
  access: ServiceAccess;
  /** With the slug in front, standing ones included. */
  permissions: { name: string; description: string | null; deprecated: string | null }[];
  roles: StoredRole[];
}

/** Null when there is no such service. */
export async function readService(tx: EntityManager, slug: string): Promise<StoredService | null> {
  if (!SLUG.test(slug)) return null;
  const [service]: Omit<StoredService, 'permissions' | 'roles'>[] = await tx.execute(
    'SELECT slug, name, description, access FROM services WHERE slug = ?',
    [slug],
  );
  if (!service) return null;
  const permissions: StoredService['permissions'] = await tx.execute(
    'SELECT name, description, deprecated FROM permissions WHERE service = ? ORDER BY name',
    [slug],
  );
  const roles: StoredRole[] = await tx.execute(
    `SELECT ${STORED_ROLE} FROM roles r WHERE r.service = ? ORDER BY lower(r.name)`,
    [slug],
  );
  return { ...service, permissions, roles: roles.map(toStoredRole) };
}
