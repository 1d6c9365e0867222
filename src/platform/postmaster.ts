import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Postmaster {
  pid: number;
  /** Folder of its Unix socket; empty while the server starts. */
  socketDir: string;
}

/** The live server of this cluster, as its lock file names it. */
export function runningPostmaster(cluster: string): Postmaster | null {
  const named = namedPostmaster(cluster);
  return named && isPostgres(named.pid) ? named : null;
}

/**
 * Removes a lock file whose process id now belongs to another program, as after a reboot or in a new
 * container: PostgreSQL would take that program for a rival and refuse to start. It clears up by itself
 * after a process that is gone. In one breath, so that no other start can put its own file here meanwhile.
 */
export function removeForeignLock(cluster: string): void {
  const named = namedPostmaster(cluster);
  if (named && isAlive(named.pid) && !isPostgres(named.pid))
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

/** Whether this process may be signalled as a server: an id alone says nothing, since ids are used again. */
export function isPostgres(pid: number): boolean {
  if (!isAlive(pid)) return false;
  // Only Linux says the name in a file; elsewhere being alive has to do.
  if (!existsSync('/proc/self/comm')) return true;
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return false; // it has ended, or hides from us, which a server of our own user does not
  }
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Of postmaster.pid, the first line is the process id and the fifth the socket folder. */
function namedPostmaster(cluster: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  return { pid: Number(lines[0]), socketDir: lines[4]?.trim() ?? '' };
}
