import {
  SLUG,
  managerPermission,
  pgArray,
  refuseField,
  type PermissionChange,
} from '../permissions/index.js';

/** Longer lists are refused with the other settings; looking for more would cost for nothing. */
const LOOKED_FOR = 51;

/**
 * Whoever lets a client have the permissions of a service has to manage that service: its tokens do there what the user may.
 * @throws a refusal
 */
export async function requireServices(change: PermissionChange, slugs: readonly string[]): Promise<void> {
  const wanted = slugs.slice(0, LOOKED_FOR);
  if (wanted.length === 0) return;
  change.requireManagement(wanted.map(managerPermission));
  const found: { slug: string }[] = await change.tx.execute(
    'SELECT slug FROM services WHERE slug = ANY(?::text[])',
    [pgArray(wanted.filter((slug) => SLUG.test(slug)))],
  );
  const unknown = wanted.findIndex((slug) => !found.some((service) => service.slug === slug));
  if (unknown >= 0)
    refuseField(`permissionsOf[${unknown}]`, 'NOT_FOUND', 'There is no service with this slug.');
}
