import { developmentSecret } from './development-secret.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';

interface Wanted {
  databaseUrl?: string | undefined;
  dataDir?: string | undefined;
  secret?: string | undefined;
}

/** The database to use: the configured one, or the embedded server of development mode. */
export async function openPostgres({ databaseUrl, dataDir, secret }: Wanted) {
  if (databaseUrl)
    return { url: databaseUrl, secret: secret!, dataDir: null, release: async () => undefined };
  const embedded = await startEmbeddedPostgres(dataDir ? { dataDir } : {});
  return { ...embedded, secret: secret ?? (await developmentSecret(embedded.dataDir)) };
}

export type Postgres = Awaited<ReturnType<typeof openPostgres>>;
