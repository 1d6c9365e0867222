import type { Identity } from './identity.js';
import { describeDevice } from './domain/sessions/index.js';
import type { AccountUseCases, Interactions, PagesDeps, PermissionText } from './pages/deps.js';

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
    account: accountUseCases(identity),
  };
}

function accountUseCases({ authorizations, useCases }: Identity): AccountUseCases {
  return {
    async listSessions(userId) {
      const sessions = (await useCases.listSessions([userId])).get(userId) ?? [];
      const services = await authorizations.listSessionServices(sessions.map(({ id }) => id));
      const slugs = sessions.flatMap(({ service }) => service ?? []);
      const named = await useCases.services.servicesBySlug(slugs);
      return sessions.map((session) => ({
        id: session.id,
        device: describeDevice(session.userAgent),
        ipAddress: session.ipAddress,
        createdAt: session.createdAt,
        lastUsedAt: session.refreshedAt,
        services: [
          ...(session.service
            ? [{ name: named.get(session.service)?.name ?? session.service, clientId: null }]
            : []),
          ...services
            .filter(({ sessionId }) => sessionId === session.id)
            .map(({ clientName, clientId }) => ({ name: clientName, clientId })),
        ],
      }));
    },
    listConsents: authorizations.listConsents,
    takeBackConsent: authorizations.takeBackConsent,
    updateProfile: useCases.updateProfile,
    changePassword: useCases.changePassword,
    revokeSession: useCases.revokeSession,
    revokeSessionService: useCases.revokeSessionService,
    logoutEverywhere: useCases.logoutEverywhere,
  };
}
