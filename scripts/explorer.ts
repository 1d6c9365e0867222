import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Builds the explorer when it has not been built, or its sources or their libraries are newer. */
const PAGE = 'dist/explorer/index.html';

const modified = async (path: string) => (await stat(path)).mtimeMs;

async function isBuilt(): Promise<boolean> {
  const built = await modified(PAGE).catch(() => null);
  if (built === null) return false;
  const entries = await readdir('explorer', { recursive: true, withFileTypes: true });
  // Folders too: deleting a file changes no other.
  const sources = entries.map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all([...sources, 'explorer', 'package-lock.json'].map(modified));
  return Math.max(...times) <= built;
}

if (!(await isBuilt())) {
  process.stderr.write('Building the explorer …\n');
  const { build } = await import('vite');
  await build({ root: 'explorer' });
}
