import type { Identity } from './identity.js';
import { accountClient } from './oidc/account-client.js';
import { createInteractions } from './oidc/interactions.js';
import { toMetadata } from './oidc/clients.js';
import { OpenId } from './oidc/mount.js';
import type { ProviderDeps } from './oidc/provider.js';

/** Wires the OpenID door: the library over the same accounts, sessions, permissions and keys that GraphQL uses. */
export function openProtocol(identity: Identity, pages: ProviderDeps['pages']) {
  const { config, logger, clock, keyRing, accessTokens, useCases, authorizations, secrets } = identity;
  const { loadClient, verifyClientSecret, singleSignOn, reportTokenTheft, admitUserCode, machineSession } =
    identity;
  const account = accountClient(config.issuer, config.brand.name);
  const findOAuthClient = async (clientId: string) => account.find(clientId) ?? loadClient(clientId);
  const openId = new OpenId({
    issuer: config.issuer,
    audience: config.audience,
    cookieKeys: secrets.cookieKeys,
    nonceSecret: secrets.nonceSecret,
    keyRing,
    clock,
    seconds: {
      accessToken: config.accessTokenSeconds,
      session: config.sessions.absoluteSeconds,
      idle: config.sessions.idleSeconds,
    },
    graceSeconds: config.sessions.graceSeconds,
    ...authorizations,
    sealed: secrets.sealed,
    successorOf: (token) => secrets.successorOf(token),
    reportTheft: async (sessionId, clientId, caller) => {
      const firstParty = (await findOAuthClient(clientId))?.firstParty ?? false;
      await reportTokenTheft(sessionId, { clientId, firstParty }, caller);
      if (!firstParty) await authorizations.leaveService(sessionId, clientId, caller);
    },
    signOut: (sessionId, caller) => singleSignOn.signOut(sessionId, caller),
    admits: (userId, service) => singleSignOn.admits(userId, service),
    findClient: async (clientId) => {
      const client = await findOAuthClient(clientId);
      return client ? toMetadata(client) : undefined;
    },
    findOAuthClient,
    verifyClientSecret,
    admitUserCode,
    findUser: async (userId) => (await useCases.loadUsers([userId], null)).users.get(userId) ?? null,
    permissionsOf: async (userId) => (await useCases.loadPermissions([userId])).get(userId) ?? [],
    permissionNames: async (services) =>
      [...(await useCases.catalogue.permissionsOfServices(services)).values()].flat().map(({ name }) => name),
    machineSession,
    startDeviceSession: identity.startDeviceSession,
    inspectToken: (token) => accessTokens.inspect(token),
    worthOf: async (token) => {
      const { viewer } = await useCases.loadUsers([], token);
      return viewer && { permissions: [...viewer.permissions] };
    },
    claimsOf: (subject) => accessTokens.claimsOf(subject),
    pages,
    logger,
  });
  const interactions = createInteractions({
    issuer: config.issuer,
    openId,
    findOAuthClient,
    saveConsent: (...consent) => authorizations.saveConsent(...consent),
  });
  return { openId, interactions: { ...interactions, signInUrl: account.signInUrl } };
}
