import { Command } from 'commander';
import { apply, LossError } from './apply.js';
import { check, type CheckOptions } from './check.js';
import type { ClientSettings } from './client.js';
import { withSignet } from './connect.js';
import { declaredBy, declaredIn } from './declared.js';
import { FaultsError, faultsForMachines } from './faults.js';
import { examples, REACHING_SIGNET } from './help.js';
import { showDifference } from './plan.js';
import { readGuards } from './read-guards.js';
import { readManifest, readManifests } from './read-manifest.js';
import { list, show } from './show.js';
import { printJson } from './terminal.js';

/** What the commands of product teams ask of the composition root. */
export interface ServiceCommandsDeps {
  /** Settings of the environment; what is given on the command line wins. */
  clientSettings(given: { url?: string | undefined }): ClientSettings;
  /** Permissions that Signet has of its own, for a check without asking it. */
  signetPermissions(): Promise<readonly string[]>;
}

interface Common {
  url?: string;
  json: boolean;
}

/** `signet service …`, for product teams and their pipelines: over HTTP, with no access to Signet's database. */
export function addServiceCommands(program: Command, deps: ServiceCommandsDeps): void {
  const service = program
    .command('service')
    .description('declare what a product lets people do, and check it (for product teams)')
    .addHelpText(
      'after',
      examples(['plan orders.yaml', 'apply orders.yaml', 'check --supergraph supergraph.graphql']),
    );

  // Whoever reads may have seen enough (`… | head`): the work is done to its end all the same.
  service.hook('preAction', () => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  });

  const command = (name: string, description: string, lines: string[]) =>
    service
      .command(name)
      .description(description)
      .option('--url <url>', 'address of Signet; default: SIGNET_URL, or http://localhost:4000')
      .option('--json', 'print JSON, for programs', false)
      .addHelpText('after', examples(lines.map((line) => `${name} ${line}`.trim())) + REACHING_SIGNET);

  command('plan', 'show the difference between a manifest and what Signet has', [
    'orders.yaml',
    'orders.yaml --detailed-exitcode   # 2 when there is something to change',
    'orders.yaml --json',
  ])
    .argument('<manifest>', 'YAML or JSON file; - for standard input')
    .option('--detailed-exitcode', 'end with 2 instead of 0 when something would change', false)
    .action((file: string, options: Common & { detailedExitcode: boolean }) =>
      forMachines(options, async () => {
        const manifest = await readManifest(file);
        await withSignet(deps.clientSettings(options), (signet) => showDifference(manifest, signet, options));
      }),
    );

  command('apply', 'make Signet have what a manifest declares', [
    'orders.yaml',
    'orders.yaml --confirm   # also where people lose a permission',
  ])
    .argument('<manifest>', 'YAML or JSON file; - for standard input')
    .option('--confirm', 'go on although people lose what they hold', false)
    .action((file: string, options: Common & { confirm: boolean }) =>
      forMachines(options, async () => {
        const manifest = await readManifest(file);
        await withSignet(deps.clientSettings(options), (signet) => apply(manifest, signet, options));
      }),
    );

  command('check', 'check that a supergraph and the declared permissions fit together', [
    '--supergraph supergraph.graphql',
    '--supergraph supergraph.graphql --manifest orders.yaml   # without asking Signet',
    '--supergraph supergraph.graphql --manifest orders.yaml --and-signet   # as it will be when applied',
  ])
    .requiredOption('--supergraph <file>', 'SDL of the supergraph, or of one subgraph; - for standard input')
    .option('--manifest <file...>', 'declared is what these manifests say, and Signet is not asked')
    .option('--and-signet', 'ask Signet for services without a --manifest', false)
    .option('--service <slug...>', 'only permissions of these services have to guard something')
    .option('--allow-unused [permission...]', 'these (or all) need not guard anything')
    .option('--ignore <scope...>', 'scopes of directives that are not permissions, such as openid', [])
    .action((options: Common & CheckOptions & CheckSources) =>
      forMachines(options, async () => {
        const guards = await readGuards(options.supergraph);
        const manifests = await readManifests(options.manifest ?? []);
        const offline = manifests.length > 0 && !options.andSignet;
        const declared = offline
          ? declaredBy(manifests, await deps.signetPermissions())
          : await withSignet(deps.clientSettings(options), (signet) => declaredIn(signet, manifests));
        check(guards, declared, options);
      }),
    );

  command('list', 'list the services that Signet has', ['']).action((options: Common) =>
    withSignet(deps.clientSettings(options), (signet) => list(signet, options)),
  );

  command('show', 'write the manifest of what Signet has', ['orders > orders.yaml'])
    .argument('<slug>', 'the service')
    .action((slug: string, options: Common) =>
      withSignet(deps.clientSettings(options), (signet) => show(slug, signet, options)),
    );
}

interface CheckSources {
  supergraph: string;
  manifest?: string[];
  andSignet: boolean;
}

/** With --json, what is wrong is told on standard output too; the sentence for people is not lost. */
async function forMachines({ json }: { json: boolean }, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (json && error instanceof FaultsError) printJson({ faults: faultsForMachines(error.faults) });
    if (json && error instanceof LossError) printJson({ applied: false, losses: error.losses });
    throw error;
  }
}
