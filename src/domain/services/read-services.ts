import type { Database } from '../../platform/database.js';
import type { ServiceAccess } from './service.entity.js';

export interface ServiceRecord {
  slug: string;
  name: string;
  description: string | null;
  access: ServiceAccess;
  createdAt: Date;
  updatedAt: Date;
}

const SERVICE = `s.slug, s.name, s.description, s.access, s.created_at AS "createdAt", s.updated_at AS "updatedAt"`;
const LIST = {
  name: 'list-services',
  text: `SELECT ${SERVICE} FROM services s
         WHERE ($1::text IS NULL OR lower(s.slug) LIKE $1 OR lower(s.name) LIKE $1) ORDER BY s.slug`,
};
const BY_SLUG = {
  name: 'services-by-slug',
  text: `SELECT ${SERVICE} FROM services s WHERE s.slug = ANY($1)`,
};

/** Reads of services. There are as many as a company has products, so that they come in one list. */
export function createReadServices({ database }: { database: Database }) {
  return {
    listServices(search: string | null): Promise<ServiceRecord[]> {
      const text = search?.trim().normalize('NFC').toLowerCase();
      return database.query<ServiceRecord>(LIST, [text ? `%${text.replace(/[\\%_]/g, '\\$&')}%` : null]);
    },
    async servicesBySlug(slugs: readonly string[]): Promise<Map<string, ServiceRecord>> {
      const rows = await database.query<ServiceRecord>(BY_SLUG, [slugs]);
      return new Map(rows.map((row) => [row.slug, row]));
    },
  };
}

export type ReadServices = ReturnType<typeof createReadServices>;
