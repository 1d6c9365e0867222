import { readFile } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import { SourceText } from './source-text.js';

/** Far more than a manifest or a supergraph of a company has. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads a file of UTF-8 text; `-` is standard input. */
export async function readText(file: string): Promise<SourceText> {
  const bytes = await (file === '-' ? readStdin() : readFile(file)).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be read: ${reasonOf(error)}.`);
  });
  if (bytes.length > MAX_BYTES) throw new CommandError(`${file} is too big: it has more than 64 MiB.`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return new SourceText(file === '-' ? '<stdin>' : file, text);
  } catch {
    throw new CommandError(`${file} is not UTF-8 text.`);
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'this user may not read it';
  return code ?? message;
}
