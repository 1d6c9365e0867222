/** Programs that tests drive and npm does not have, with the files by which one sees that they are there. */
export interface PackageSet {
  packages: readonly string[];
  files: readonly string[];
}

export const PACKAGES = {
  apache: {
    packages: ['apache2', 'libapache2-mod-auth-openidc'],
    files: ['/usr/sbin/apache2', '/usr/lib/apache2/modules/mod_auth_openidc.so'],
  },
  authlib: {
    packages: ['python3-authlib', 'python3-requests', 'python3-flask'],
    files: ['authlib', 'requests', 'flask'].map(
      (name) => `/usr/lib/python3/dist-packages/${name}/__init__.py`,
    ),
  },
} as const satisfies Record<string, PackageSet>;
