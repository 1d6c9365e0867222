import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { missingPrograms } from './debian-packages.js';

/** Sees to it that tests find the programs that they drive: installs Debian's where that is possible, or says how. */
const APT = '/usr/bin/apt-get';

function install(packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // What it prints goes where progress goes; the tests' own output stays clean.
  const run = (...args: string[]) =>
    spawnSync(APT, args, { env, stdio: ['ignore', 2, 2] as const }).status === 0;
  process.stderr.write(`Installing for the tests: ${packages.join(' ')} …\n`);
  if (run('-qq', 'update')) run('-qq', 'install', '-y', '--no-install-recommends', ...packages);
}

const packagesOf = () => missingPrograms().flatMap(({ packages }) => packages);

if (packagesOf().length > 0 && process.getuid?.() === 0 && existsSync(APT)) install(packagesOf());
for (const { tests, packages } of missingPrograms())
  process.stderr.write(`Tests of ${tests} cannot run. Install: apt-get install ${packages.join(' ')}\n`);
