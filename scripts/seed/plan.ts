/** What a seed makes. The same plan gives the same rows with the same ids, in whatever pieces it is carried out. */
export interface SeedPlan extends SeedSizes {
  /** Everything that is drawn by lot is drawn from this number. */
  seed: number;
  /** The moment, in ISO 8601, that the seeded past leads up to. */
  asOf: string;
}

export interface SeedSizes {
  /** The two known ones are among them. */
  users: number;
  services: number;
  /** Those of the services together, beside the ones that Signet has itself. */
  permissions: number;
  /** Beside the ones that Signet has itself. */
  roles: number;
  groups: number;
  /** Permissions given to a user directly, on average. */
  grantsPerUser: number;
  auditEvents: number;
}

export const DEFAULT_SIZES: SeedSizes = {
  users: 100_000,
  services: 20,
  permissions: 1_000,
  roles: 200,
  groups: 500,
  grantsPerUser: 0.1,
  auditEvents: 1_000_000,
};

/** A service has its two standing permissions, and `read`, `write` and `refund` to tell a story with. */
const LEAST_PERMISSIONS = 5;
/** Two of each are known by name; see catalogue.ts, groups.ts and people.ts. */
const LEAST = 2;

/** What keeps a plan from being carried out, in words; empty when nothing does. */
export function faultsOf(sizes: SeedSizes): string[] {
  const faults: string[] = [];
  const counts = { users: LEAST, services: 1, roles: LEAST, groups: LEAST, auditEvents: 0 };
  for (const [name, least] of Object.entries(counts)) {
    const value = sizes[name as keyof typeof counts];
    if (!Number.isSafeInteger(value) || value < least)
      faults.push(`${flagOf(name)} must be a whole number from ${least}`);
  }
  if (!Number.isSafeInteger(sizes.permissions) || sizes.permissions < sizes.services * LEAST_PERMISSIONS)
    faults.push(
      `--permissions must be a whole number, and at least ${LEAST_PERMISSIONS} for each of the --services`,
    );
  if (!(sizes.grantsPerUser >= 0 && sizes.grantsPerUser <= sizes.permissions / sizes.services / 2))
    faults.push('--grants-per-user must be a number from 0 to half the permissions of a service');
  return faults;
}

/** How a member of the plan is called on the command line. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
