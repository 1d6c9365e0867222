import type { Command } from 'commander';
import type { EventRecord } from '../../domain/audit/index.js';
import { CommandError } from '../command-error.js';
import { eventLine } from './event-line.js';
import { ExportFile } from './export-file.js';
import { exportProgress } from './export-progress.js';

/** Which events an operator asks for. People are named by address or id. */
export interface EventSelection {
  user?: string;
  actor?: string;
  type?: string;
  since?: Date;
  until?: Date;
  /** Id of an event: only what is later. */
  after?: string;
}

/** What the command asks of the composition root. */
export interface AuditCommandsDeps {
  /**
   * Hands over all events that fit, the oldest first, in batches, and with each the newest of all; stops when `take`
   * says false.
   */
  exportEvents(
    selection: EventSelection,
    take: (batch: EventRecord[], newest: EventRecord) => Promise<boolean>,
  ): Promise<void>;
}

interface ExportOptions extends EventSelection {
  output?: string;
  resume: boolean;
}

/** `signet audit`, for operators. */
export function addAuditCommands(program: Command, commands: AuditCommandsDeps): void {
  const audit = program.command('audit').description('read the audit trail');
  audit
    .command('export')
    .description('write events as lines of JSON, the oldest first, to standard output or a file')
    .option('--output <file>', 'write to a new file, which only you may read')
    .option('--resume', 'go on with the file where an earlier export has ended or was stopped', false)
    .option('--after <id>', 'only events after that one')
    .option('--since <time>', 'from this moment on, such as 2026-01-31 or 2026-01-31T09:00:00Z', moment)
    .option('--until <time>', 'before this moment', moment)
    .option('--type <type>', 'only events of this type, such as role.granted')
    .option('--user <email-or-id>', 'only events about this account')
    .option('--actor <email-or-id>', 'only what this account did')
    .action(async (options: ExportOptions) => {
      if (options.resume && !options.output) throw new CommandError('--resume needs --output <file>.');
      if (options.resume && options.after) throw new CommandError('Give either --resume or --after.');
      await exportTo(options, commands);
    });
}

async function exportTo(options: ExportOptions, commands: AuditCommandsDeps): Promise<void> {
  const file = options.output ? await ExportFile.open(options.output, options.resume) : null;
  const written = file?.written ?? null;
  const progress = exportProgress();
  const isStopped = stopOnSignal();
  try {
    await commands.exportEvents(later(options, written?.since), async (batch, newest) => {
      const fresh = batch.filter(({ id }) => !written?.ids.has(id));
      const text = fresh.map(eventLine).join('');
      if (file) await file.write(text);
      else if (!(await writeOut(text))) return false;
      progress.advance(batch, fresh.length, newest);
      return !isStopped();
    });
  } catch (error) {
    await file?.abandon();
    throw error;
  } finally {
    progress.stop();
  }
  await file?.close();
  if (!isStopped()) return;
  process.exitCode = 130; // as a shell says that Ctrl-C ended it
  process.stderr.write(file ? 'Stopped after a whole event; go on with --resume.\n' : 'Stopped.\n');
}

function later(selection: EventSelection, since: Date | undefined): EventSelection {
  return since && !(selection.since && selection.since > since) ? { ...selection, since } : selection;
}

/** False when the reader has closed the pipe, as `head` does when it has seen enough. */
function writeOut(text: string): Promise<boolean> {
  // The failure comes to the callback as well; without a listener it would end the process.
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => undefined);
  return new Promise((done, fail) => {
    process.stdout.write(text, (error) => {
      if (!error) done(true);
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') done(false);
      else fail(new CommandError(`Standard output cannot be written to: ${error.message}.`));
    });
  });
}

/** The first signal lets the batch under way be written to its end; a second one ends at once. */
function stopOnSignal(): () => boolean {
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isStopped = true));
  return () => isStopped;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** RFC 3339, or a day in UTC. A time without its zone is refused: whose would it be? */
function moment(text: string): Date {
  const day = MOMENT.exec(text)?.[1];
  // 31 February would be taken for one in March.
  const time = new Date(text);
  if (!day || Number.isNaN(time.getTime()) || new Date(day).toISOString().slice(0, 10) !== day)
    throw new CommandError(`${text} is no time. Write 2026-01-31 or 2026-01-31T09:00:00Z.`);
  return time;
}
