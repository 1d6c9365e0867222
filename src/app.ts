import type { FastifyInstance } from 'fastify';
import type { VerifiedToken } from './domain/tokens/index.js';
import { printApi } from './graphql/print-api.js';
import { buildSubgraph } from './graphql/schema.js';
import { mountGraphql } from './graphql/server.js';
import { mountDiscovery } from './oidc/discovery.js';
import { mountOpenId } from './oidc/mount.js';
import { mountPermissions } from './oidc/permissions.js';
import { pageSources } from './page-sources.js';
import { mountExplorer } from './pages/explorer.js';
import { mountHome } from './pages/home.js';
import { mountPages } from './pages/mount.js';
import { createProtocolPages } from './pages/protocol-pages.js';
import { startJobs } from './platform/jobs.js';
import { PendingMigrationsError, migrationStatus } from './platform/migrate.js';
import { createServer } from './platform/server.js';
import { openProtocol } from './protocol.js';
import type { Identity } from './identity.js';

/** Opens the doors over a wired domain, and starts its background work. */
export async function createApp(identity: Identity) {
  const { config, database, keyRing, logger, metrics, useCases, accessTokens } = identity;
  const server = await createServer({
    logger,
    metrics,
    metricsToken: config.metricsToken,
    trustedProxies: config.trustedProxies,
    allowedOrigins: config.allowedOrigins,
    readiness: {
      database: async () => void (await database.pool.query('SELECT 1')),
      migrations: async () => {
        const { pending } = await migrationStatus(database);
        if (pending.length > 0) throw new PendingMigrationsError(pending);
      },
      keys: async () => void keyRing.active(),
    },
  });
  const subgraph = await buildSubgraph({ authDirectives: config.authDirectives });
  const { issuer, profilesArePublic, allowedOrigins, introspection, explorer } = config;
  await mountGraphql(server, {
    subgraph,
    useCases,
    accessTokens,
    logger,
    options: { profilesArePublic, allowedOrigins, introspection },
  });
  const findViewer = async (token: VerifiedToken) => (await useCases.loadUsers([], token)).viewer;
  mountHome(server, { issuer, explorer });
  if (explorer) await mountExplorer(server, { issuer, sdl: printApi(subgraph), accessTokens, findViewer });
  const protocolMetadata = await mountProtocol(server, identity);
  mountDiscovery(server, { issuer, keyRing, protocolMetadata });
  mountPermissions(server, { accessTokens, findViewer });
  const jobs = startJobs(identity.jobs, logger);
  server.addHook('onClose', () => jobs.stop());
  return server;
}

/** The OpenID door and its pages; returns what discovery says of them. */
async function mountProtocol(server: FastifyInstance, identity: Identity) {
  const { openId, interactions } = openProtocol(identity, createProtocolPages(identity.config));
  await mountOpenId(server, openId);
  await mountPages(server, pageSources(identity, interactions));
  return () => openId.metadata();
}
