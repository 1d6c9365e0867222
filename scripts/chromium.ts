import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './find-chromium.js';

/** Sees to it that tests find a Chromium: installs Debian's where that is possible, or says how. */
const APT = '/usr/bin/apt-get';

function install(): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // What it prints goes where progress goes; the tests' own output stays clean.
  const run = (...args: string[]) =>
    spawnSync(APT, args, { env, stdio: ['ignore', 2, 2] as const }).status === 0;
  return run('-qq', 'update') && run('-qq', 'install', '-y', '--no-install-recommends', 'chromium');
}

if (!findChromium() && !process.env.CHROMIUM) {
  const mayInstall = process.getuid?.() === 0 && existsSync(APT);
  if (mayInstall) process.stderr.write('Installing Chromium for the tests of the explorer …\n');
  if (!mayInstall || !install())
    process.stderr.write(
      'There is no Chromium, so the tests of the explorer cannot run. Install it: apt-get install chromium\n',
    );
}
