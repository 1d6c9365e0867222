/** Why a database is not seeded, in words for whoever asked. */
export class SeedError extends Error {}
