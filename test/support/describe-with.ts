import { DEBIAN_PROGRAMS } from '../../scripts/debian-packages.js';

/** Without the program these tests are skipped, aloud; where CI=true they fail instead. */
export function describeWith(name: keyof typeof DEBIAN_PROGRAMS): typeof describe {
  const program = DEBIAN_PROGRAMS[name];
  if (program.isThere()) return describe;
  process.stderr.write(
    `SKIPPED: tests of ${program.tests}. Install: apt-get install ${program.packages.join(' ')}\n`,
  );
  return process.env['CI'] === 'true' ? describe : describe.skip;
}
