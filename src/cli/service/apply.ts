import { createInterface } from 'node:readline/promises';
import { CommandError } from '../command-error.js';
import type { SignetClient } from './client.js';
import { REGISTER, UPDATE } from './operations.js';
import { planForMachines, planOf, refused, showPlan, toInput } from './plan.js';
import type { ManifestFile } from './read-manifest.js';
import { renderLosses, tally, type Change, type Loss } from './render-plan.js';
import { painter, print, printJson } from './terminal.js';

/** People lose something by a change that nobody has confirmed. */
export class LossError extends CommandError {
  constructor(
    readonly losses: Loss[],
    hint = 'Take it back from them first, or run the command again with --confirm.',
  ) {
    super(
      `Nothing was changed, since people would lose what they hold:\n\n${renderLosses(losses, painter(process.stderr))}\n\n${hint}`,
    );
  }
}

/** `signet service apply`: shows what will change, and changes it in one go or not at all. */
export async function apply(
  file: ManifestFile,
  signet: SignetClient,
  options: { json: boolean; confirm: boolean },
): Promise<void> {
  const plan = await planOf(file, signet);
  if (plan.changes.length === 0) {
    if (options.json) printJson({ ...planForMachines(plan, file), applied: false });
    else print(`Nothing to change: Signet has ${file.manifest.slug} as ${file.source.name} declares it.`);
    return;
  }
  if (!options.json) showPlan(plan, file, signet);
  const confirm = options.confirm || (plan.losses.length > 0 && (await confirmed(plan.losses, options.json)));
  const changes = plan.isNew ? await register(file, signet) : await update(file, signet, confirm);
  if (options.json) printJson({ ...planForMachines(plan, file), changes, applied: true });
  else
    print(
      `Done: ${tally(changes, { '+': 'added', '~': 'changed', '-': 'removed' }) || 'nothing was left to change'}.`,
    );
}

/** Asks on a terminal; a pipeline has to have answered beforehand. */
async function confirmed(losses: Loss[], json: boolean): Promise<true> {
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) throw new LossError(losses);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and Ctrl-D leave the question without an answer.
  const left = new Promise<string>((done) => terminal.once('close', () => done('')));
  terminal.once('SIGINT', () => terminal.close());
  const answer = await Promise.race([terminal.question('Go on, so that they lose it? (yes/no) '), left]);
  terminal.close();
  if (answer.trim().toLowerCase() !== 'yes') throw new CommandError('Nothing was changed.');
  return true;
}

async function register(file: ManifestFile, signet: SignetClient): Promise<Change[]> {
  const { registerService } = await signet.send(REGISTER, { input: toInput(file.manifest) });
  return registerService.__typename === 'RegisterServiceSuccess'
    ? registerService.changes
    : refused(registerService, file);
}

async function update(file: ManifestFile, signet: SignetClient, confirm: boolean): Promise<Change[]> {
  const { updateService } = await signet.send(UPDATE, { input: { ...toInput(file.manifest), confirm } });
  if (updateService.__typename === 'UpdateServiceSuccess') return updateService.changes;
  // Somebody was granted it after the plan was made.
  if ('losses' in updateService) throw new LossError(updateService.losses);
  return refused(updateService, file);
}
