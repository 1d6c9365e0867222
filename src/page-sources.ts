import type { Identity } from './app.js';
import type { Interactions, PagesDeps, PermissionText } from './pages/deps.js';

/** What the pages are handed: the same use cases that GraphQL has, and the protocol as they see it. */
export function pageSources(identity: Identity, interactions: Interactions): PagesDeps {
  const { config, metrics, secrets, singleSignOn, signUp, useCases } = identity;
  return {
    issuer: config.issuer,
    brand: config.brand,
    registrationOpen: config.registrationOpen,
    forms: secrets,
    interactions,
    signIn: metrics.counted('signIn', singleSignOn.signIn),
    signUp: metrics.counted('signUp', signUp),
    findPerson: async (userId) => (await useCases.loadUsers([userId], null)).users.get(userId) ?? null,
    async describePermissions(names): Promise<PermissionText[]> {
      const permissions = [...(await useCases.catalogue.permissionsByName(names)).values()];
      const slugs = permissions.map(({ service }) => service);
      const services = await useCases.services.servicesBySlug(slugs);
      return permissions
        .map((permission) => ({
          ...permission,
          service: services.get(permission.service)?.name ?? permission.service,
        }))
        .toSorted((one, other) => one.name.localeCompare(other.name));
    },
  };
}
