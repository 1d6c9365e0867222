import { existsSync } from 'node:fs';
import { PACKAGES, type PackageSet } from '../../scripts/debian-packages.js';

/** Tests that need programs of Debian: without them they are skipped, aloud; where CI=true they fail instead. */
export function describeWith(name: keyof typeof PACKAGES): typeof describe | typeof describe.skip {
  const { files, packages }: PackageSet = PACKAGES[name];
  const isThere = files.every((file) => existsSync(file));
  if (isThere) return describe;
  process.stderr.write(`SKIPPED. Not installed: apt-get install ${packages.join(' ')}\n`);
  return process.env['CI'] === 'true' ? describe : describe.skip;
}
