import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './command-error.js';

/** Asks twice on a terminal, without showing what is typed; otherwise reads one line of standard input. */
export async function readNewPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin || !process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    return '';
  }
  const password = await askSecretly('Password: ');
  if (password !== (await askSecretly('Again: '))) throw new CommandError('The two passwords differ.');
  return password;
}

/** Asks on the terminal and shows nothing of what is typed. */
export async function askSecretly(
  question: string,
  shownOn: NodeJS.WritableStream = process.stdout,
): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  shownOn.write(question); // only now, when the terminal shows nothing any more
  try {
    terminal.once('SIGINT', () => terminal.close());
    // Ctrl-C and Ctrl-D close the question without an answer.
    const closed = once(terminal, 'close').then(() => {
      throw new CommandError('No password was given; nothing was changed.');
    });
    return await Promise.race([terminal.question(''), closed]);
  } finally {
    terminal.close();
    shownOn.write('\n');
  }
}
