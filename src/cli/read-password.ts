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
  const password = await ask('Password: ');
  if (password !== (await ask('Again: '))) throw new CommandError('The two passwords differ.');
  return password;
}

async function ask(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stdout.write(question); // only now, when the terminal shows nothing any more
  try {
    terminal.once('SIGINT', () => terminal.close());
    // Ctrl-C and Ctrl-D close the question without an answer.
    const closed = once(terminal, 'close').then(() => {
      throw new CommandError('No password was given; nothing was changed.');
    });
    return await Promise.race([terminal.question(''), closed]);
  } finally {
    terminal.close();
    process.stdout.write('\n');
  }
}
