import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyFolder, runSignet, type Ending } from './run-signet.js';

export interface Asking {
  /** Address of the Signet to ask. */
  url?: string;
  token?: string;
  env?: Record<string, string>;
  /** Files of the working folder, by name. */
  files?: Record<string, string>;
  input?: string;
}

export interface Told extends Ending {
  stdout: string;
  stderr: string;
}

/** Runs `signet service …` as a pipeline does: in a folder of its own, with no setting but these. */
export async function signetService(args: string[], asking: Asking = {}): Promise<Told> {
  const { url, token, files = {}, input = '' } = asking;
  const cwd = await emptyFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const env = {
    ...(url ? { SIGNET_URL: url } : {}),
    ...(token ? { SIGNET_TOKEN: token } : {}),
    ...asking.env,
  };
  const signet = runSignet(['service', ...args], { cwd, env, input });
  return { ...(await signet.ended), stdout: signet.stdout, stderr: signet.stderr };
}

/** One fault as the command line shows it, with the text above its caret. */
export interface ShownFault {
  place: string;
  path: string;
  message: string;
  marked: string;
}

/** Reads `orders.yaml:7:11  permissions[2].name  …`, the line and its caret. */
export function shownFaults(output: string): ShownFault[] {
  const lines = output.split('\n');
  return lines.flatMap((line, index) => {
    const [, place, file, rest] = /^(([^\s:]+):\d+:\d+) {2}(.+)$/.exec(line) ?? [];
    if (!place || !file || !rest) return [];
    const [path, message] = rest.includes('  ') ? rest.split('  ', 2) : ['', rest];
    const text = Array.from(lines[index + 1]!.slice(8));
    const caret = lines[index + 2]!.slice(8);
    const marked = text.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1).join('');
    return [{ place, path: path!, message: message!, marked }];
  });
}
