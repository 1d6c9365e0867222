import { rm } from 'node:fs/promises';

/** Stops the PostgreSQL that global-setup started, and takes its data away. */
export default async function globalTeardown() {
  const postgres = globalThis.signetTestPostgres;
  if (!postgres) return;
  await postgres.release();
  await rm(postgres.dataDir, { recursive: true, force: true });
}
