import { existsSync } from 'node:fs';
import { findChromium } from './find-chromium.js';

/** A program that tests drive and npm does not have. */
export interface DebianProgram {
  /** What tests with it are about, as one reads it where it is missing. */
  tests: string;
  packages: readonly string[];
  isThere(): boolean;
}

const haveAll = (files: readonly string[]) => files.every((file) => existsSync(file));
const PYTHON_PACKAGES = '/usr/lib/python3/dist-packages';

export const APACHE = '/usr/sbin/apache2';
/** Debian's, which has Debian's packages; another Python may come first in PATH. */
export const PYTHON = '/usr/bin/python3';

export const DEBIAN_PROGRAMS = {
  chromium: {
    tests: 'pages and the explorer in a browser',
    packages: ['chromium'],
    isThere: () => Boolean(findChromium() ?? process.env.CHROMIUM),
  },
  apache: {
    tests: "sign-in by Apache's mod_auth_openidc",
    packages: ['apache2', 'libapache2-mod-auth-openidc'],
    isThere: () => haveAll([APACHE, '/usr/lib/apache2/modules/mod_auth_openidc.so']),
  },
  authlib: {
    tests: 'sign-in by Authlib',
    packages: ['python3-authlib', 'python3-requests', 'python3-flask'],
    isThere: () =>
      haveAll([
        PYTHON,
        ...['authlib', 'requests', 'flask'].map((name) => `${PYTHON_PACKAGES}/${name}/__init__.py`),
      ]),
  },
} as const satisfies Record<string, DebianProgram>;

export const missingPrograms = (): DebianProgram[] =>
  Object.values(DEBIAN_PROGRAMS).filter((program) => !program.isThere());
