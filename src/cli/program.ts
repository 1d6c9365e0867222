import { Command, Option } from 'commander';
import type { KeyPurpose } from '../domain/tokens/index.js';
import { addAuditCommands, type AuditCommandsDeps } from './audit/commands.js';
import { addClientCommands } from './client/commands.js';
import { CommandError } from './command-error.js';
import { readNewPassword } from './read-password.js';
import { addServiceCommands, type ServiceCommandsDeps } from './service/commands.js';

/** What the commands ask of the composition root. */
export interface Commands extends ServiceCommandsDeps {
  /** Everything that needs the server and its database, loaded for this. */
  operator(): Promise<OperatorCommands>;
}

/** Written out, so that the command line loads nothing of the server. */
const PURPOSES = [
  'access-token',
  'id-token',
  'id-token-es256',
  'id-token-eddsa',
] as const satisfies readonly KeyPurpose[];

/** What operators do, on the machine of the server. */
export interface OperatorCommands extends AuditCommandsDeps {
  start(): Promise<void>;
  migrate(): Promise<string[]>;
  listKeys(): Promise<Record<string, string>[]>;
  rotateKeys(purpose: KeyPurpose): Promise<string | null>;
  revokeKey(kid: string): Promise<boolean>;
  createUser(
    input: { email: string; name: string; password: string },
    administrator: boolean,
  ): Promise<string>;
  changeStatus(change: 'suspend' | 'reactivate' | 'delete', emailOrId: string): Promise<string>;
}

/** The command line, for operators and product teams. Settings come from the environment; see docs/configuration.md. */
export function createProgram(commands: Commands, version: string): Command {
  const program = new Command('signet')
    .description('The identity subgraph: one account for all of a company’s products.')
    .version(version)
    .showHelpAfterError('(see signet --help)');

  program
    .command('start')
    .description('start the server')
    .action(async () => (await commands.operator()).start());

  program
    .command('migrate')
    .description('apply pending migrations; safe to run by several processes at once')
    .action(async () => {
      const done = await (await commands.operator()).migrate();
      print(
        done.length === 0 ? 'The database is up to date.' : done.map((name) => `applied ${name}`).join('\n'),
      );
    });

  const keys = program.command('keys').alias('key').description('look at, rotate and revoke signing keys');
  keys
    .command('list')
    .description('show the keys that are published and what each is for')
    .action(async () => console.table(await (await commands.operator()).listKeys()));
  keys
    .command('rotate')
    .description('publish a next key, which signs once every verifier has had time to see it')
    .addOption(
      new Option('--purpose <purpose>', 'what it signs; see signet keys list')
        .choices(PURPOSES)
        .default(PURPOSES[0]),
    )
    .action(async ({ purpose }: { purpose: KeyPurpose }) => {
      const kid = await (await commands.operator()).rotateKeys(purpose);
      print(kid ? `Published the next key ${kid}.` : 'Another process has just published the next key.');
    });
  keys
    .command('revoke')
    .argument('<kid...>', 'the keys that got out')
    // Every 64th begins with a dash.
    .allowUnknownOption()
    .description('refuse everything that a key has signed, at once')
    .action(async (kids: string[]) => {
      const { revokeKey } = await commands.operator();
      for (const kid of kids) {
        if (!(await revokeKey(kid)))
          throw new CommandError(`There is no published key ${kid}; see signet keys list.`);
        print(`Revoked ${kid}. People go on at their next refresh.`);
      }
    });

  const user = program.command('user').description('make and change accounts');
  user
    .command('create')
    .requiredOption('--email <address>', 'e-mail address')
    .requiredOption('--name <name>', 'display name')
    .option('--administrator', 'may do everything in Signet', false)
    .option('--password-stdin', 'read the password from standard input instead of asking', false)
    .description('make an account; the password is asked for and never an argument')
    .action(
      async (options: { email: string; name: string; administrator: boolean; passwordStdin: boolean }) => {
        const password = await readNewPassword(options.passwordStdin);
        const id = await (
          await commands.operator()
        ).createUser({ email: options.email, name: options.name, password }, options.administrator);
        print(`Created ${id}.`);
      },
    );
  for (const [change, description] of [
    ['suspend', 'bar an account from signing in and end its sessions'],
    ['reactivate', 'let a suspended account sign in again'],
    ['delete', 'erase an account’s personal data for good'],
  ] as const)
    user
      .command(change)
      .argument('<email-or-id>', 'address or id of the account')
      .description(description)
      .action(async (emailOrId: string) =>
        print(`${change}: ${await (await commands.operator()).changeStatus(change, emailOrId)}`),
      );
  addAuditCommands(program, {
    exportEvents: async (selection, take) => (await commands.operator()).exportEvents(selection, take),
  });
  addServiceCommands(program, commands);
  addClientCommands(program, commands);
  return program;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
