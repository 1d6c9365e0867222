import { DEBIAN_PROGRAMS } from '../../scripts/debian-packages.js';

/** Without the program these tests are skipped, aloud; where CI=true they fail instead. */
export function describeWith(name: keyof typeof DEBIAN_PROGRAMS): typeof describe {
  const { isThere, packages, tests } = DEBIAN_PROGRAMS[name];
  if (isThere()) return describe;
  const how = `tests of ${tests}. Install: apt-get install ${packages.join(' ')}`;
  if (process.env['CI'] === 'true') throw new Error(`Cannot run ${how}`);
  process.stderr.write(`SKIPPED: ${how}\n`);
  return describe.skip;
}
