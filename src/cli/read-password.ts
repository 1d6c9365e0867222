import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks twice on a terminal, without showing what is typed; otherwise reads one line of standard input. */
export async function readNewPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin || !process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    return '';
  }
  const password = await ask('Password: ');
  if (password !== (await ask('Again: '))) throw new Error('The two passwords differ.');
  return password;
}

async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stdout.write('\n');
  }
}
