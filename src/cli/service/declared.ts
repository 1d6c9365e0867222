import type { SignetClient } from './client.js';
import type { Fault } from './faults.js';
import { STANDING_PERMISSIONS } from './manifest.js';
import type { ServiceCatalogueQuery } from './operation-types.js';
import { CATALOGUE } from './operations.js';
import type { ManifestFile } from './read-manifest.js';

/** A permission that somebody declared, and where, if it was in a file. */
interface Declared {
  deprecated: string | null;
  fault?: (code: string, message: string) => Fault;
}
export type Catalogue = Map<string, Declared>;

/** What manifests declare, with what Signet gives to every service. */
export function declaredBy(files: ManifestFile[], ofSignet: readonly string[]): Catalogue {
  const catalogue: Catalogue = new Map(ofSignet.map((name) => [name, { deprecated: null }]));
  for (const slug of ['signet', ...files.map(({ manifest }) => manifest.slug)])
    for (const what of STANDING_PERMISSIONS) catalogue.set(`${slug}:${what}`, { deprecated: null });
  for (const file of files) {
    const { slug, permissions } = file.manifest;
    permissions.forEach(({ name, deprecated }, index) =>
      catalogue.set(`${slug}:${name}`, {
        deprecated: deprecated ?? null,
        fault: (code, message) => file.faultAt(`permissions[${index}].name`, code, message),
      }),
    );
  }
  return catalogue;
}

/** As many as one query gives. */
const PAGE = 1000;

/** What Signet has, but for services whose manifests are given: these count as they will be. */
export async function declaredIn(signet: SignetClient, files: ManifestFile[]): Promise<Catalogue> {
  const catalogue = declaredBy(files, []);
  const given = new Set(files.map(({ manifest }) => manifest.slug));
  for (let after: string | null = null; ;) {
    const { permissions }: ServiceCatalogueQuery = await signet.send(CATALOGUE, { after });
    for (const { name, deprecated } of permissions)
      if (!given.has(name.split(':', 1)[0]!)) catalogue.set(name, { deprecated });
    if (permissions.length < PAGE) return catalogue;
    after = permissions.at(-1)!.name;
  }
}
