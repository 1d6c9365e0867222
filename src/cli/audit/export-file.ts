import { open, rm, type FileHandle } from 'node:fs/promises';
import { CommandError } from '../command-error.js';

/**
 * A transaction writes under the time at which it began, so one that takes long may add an event before the last
 * one that a run has seen. So far back the next run looks again, in milliseconds; a statement takes 15 s at most.
 */
const SETTLING_MS = 60_000;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Where an earlier run has ended. */
export interface Written {
  /** Later events may be missing. */
  since: Date;
  /** Ids of those that are not. */
  ids: Set<string>;
}

/** A file of events that nobody else may read: it holds addresses of people. */
export class ExportFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    /** Null at the beginning of an export. */
    readonly written: Written | null,
  ) {}

  /** @throws CommandError when the file exists and `resume` does not say to go on with it */
  static async open(path: string, resume: boolean): Promise<ExportFile> {
    const handle = await open(path, resume ? 'a+' : 'ax', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw unwritable(path, error);
      throw new CommandError(`${path} exists. Go on with it by --resume, or choose another file.`);
    });
    try {
      return new ExportFile(path, handle, resume ? await readEnd(handle, path) : null);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async write(text: string): Promise<void> {
    await this.handle.appendFile(text).catch((error) => {
      throw unwritable(this.path, error);
    });
  }

  /** Comes back when the events would survive a power failure. */
  async close(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
  }

  /** Leaves what is there, but no empty file that would be in the way of the next try. */
  async abandon(): Promise<void> {
    const { size } = await this.handle.stat();
    await this.handle.close();
    if (size === 0) await rm(this.path, { force: true });
  }
}

/** Reads the last minute of events, and cuts off a last line that was not written to its end. */
async function readEnd(handle: FileHandle, path: string): Promise<Written | null> {
  let newest = -Infinity;
  let fragment: Piece | null = null;
  const ids = new Set<string>();
  for await (const piece of piecesFromEnd(handle)) {
    if (!piece.text.endsWith('\n')) {
      fragment = piece;
      continue;
    }
    const { id, occurredAt } = parseLine(piece.text, path);
    // Lines of a later run may lie a settling time back, so those before one still further back lie further, too.
    if (occurredAt < newest - 2 * SETTLING_MS) break;
    newest = Math.max(newest, occurredAt);
    ids.add(id);
  }
  if (fragment && ids.size === 0 && !isBeginning(fragment.text)) throw foreign(path);
  if (fragment) await handle.truncate(fragment.start);
  return ids.size === 0 ? null : { since: new Date(newest - SETTLING_MS), ids };
}

/** A line with its newline, or what stands behind the last newline of a file. */
interface Piece {
  text: string;
  start: number;
}

/** The lines of a file, the last one first, in chunks. */
async function* piecesFromEnd(handle: FileHandle): AsyncGenerator<Piece> {
  let { size: position } = await handle.stat();
  let bytes = Buffer.alloc(0);
  while (position > 0) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, position));
    position -= chunk.length;
    await handle.read(chunk, 0, chunk.length, position);
    bytes = Buffer.concat([chunk, bytes]);
    // The newline of the line before: the last byte may be this line's own.
    for (let newline; (newline = bytes.subarray(0, -1).lastIndexOf(NEWLINE)) >= 0;) {
      yield { text: bytes.toString('utf8', newline + 1), start: position + newline + 1 };
      bytes = bytes.subarray(0, newline + 1);
    }
  }
  if (bytes.length > 0) yield { text: bytes.toString(), start: 0 };
}

function parseLine(text: string, path: string): { id: string; occurredAt: number } {
  try {
    const { id, occurredAt } = JSON.parse(text) as { id: unknown; occurredAt: string };
    const moment = Date.parse(occurredAt);
    if (typeof id === 'string' && !Number.isNaN(moment)) return { id, occurredAt: moment };
  } catch {
    // Said below.
  }
  throw foreign(path);
}

/** Whether a line of ours may have been on its way here when the first write stopped. */
function isBeginning(text: string): boolean {
  const beginning = '{"id":"';
  return text.startsWith(beginning) || beginning.startsWith(text);
}

function foreign(path: string): CommandError {
  return new CommandError(`${path} is no export of audit events; it was left as it is.`);
}

function unwritable(path: string, error: NodeJS.ErrnoException): CommandError {
  return new CommandError(`${path} cannot be written to (${error.code}).`);
}
