import { Command, Option } from 'commander';
import { CommandError } from '../command-error.js';
import type { ClientSettings, SignetClient } from '../service/client.js';
import { withSignet } from '../service/connect.js';
import { examples, REACHING_SIGNET } from '../service/help.js';
import { columns, painter, print, printJson, visible } from '../service/terminal.js';
import { ADD, DELETE, LIST, REVOKE, ROTATE, SHOW, UPDATE } from './operations.js';
import { TYPES, toSeconds, toSettings, toType, withSettings, type SettingsOptions } from './options.js';
import { refused, renderClient, showSecret } from './show.js';

/** What the commands ask of the composition root. */
export interface ClientCommandsDeps {
  clientSettings(given: { url?: string | undefined }): ClientSettings;
}

interface Common {
  url?: string;
  json: boolean;
}

/** `signet client …`: the OAuth clients of a service, over HTTP. */
export function addClientCommands(program: Command, deps: ClientCommandsDeps): void {
  const group = program
    .command('client')
    .description('add, change and delete the OAuth clients of a service (for product teams)')
    .addHelpText(
      'after',
      examples(['add orders --type web --name Orders --redirect-uri …', 'list orders'], 'client'),
    );
  const command = (name: string, description: string, lines: string[]) =>
    group
      .command(name)
      .description(description)
      .option('--url <url>', 'address of Signet; default: SIGNET_URL, or http://localhost:4000')
      .option('--json', 'print JSON, for programs', false)
      .addHelpText(
        'after',
        examples(
          lines.map((line) => `${name} ${line}`),
          'client',
        ) + REACHING_SIGNET,
      );
  const ask = (options: Common, work: (signet: SignetClient) => Promise<void>) =>
    withSignet(deps.clientSettings(options), work);

  withSettings(
    command('add', 'make a client, and its secret where it has one', [
      'orders --type web --name Orders --redirect-uri https://orders.example.com/callback',
      'orders --type native --name "Orders for phones" --redirect-uri com.example.orders:/callback',
      'orders --type machine --name "Nightly export" --json > client.json',
    ]),
  )
    .argument('<slug>', 'the service')
    .requiredOption('--name <name>', 'name for people')
    .addOption(
      new Option('--type <type>', 'what kind of software it is').choices(TYPES).makeOptionMandatory(),
    )
    .action(
      (service: string, options: Common & SettingsOptions & { name: string; type: (typeof TYPES)[number] }) =>
        ask(options, async (signet) => {
          const settings = { ...(await toSettings(options)), name: options.name, type: toType(options.type) };
          const { addClient } = await signet.send(ADD, { input: { service, ...settings } });
          if (addClient.__typename !== 'AddClientSuccess') return refused(addClient);
          const { client, clientSecret } = addClient;
          if (options.json) return printJson({ client, clientSecret });
          print(renderClient(client));
          if (clientSecret) showSecret(clientSecret);
        }),
    );

  withSettings(
    command('update', 'change a client; what is not given stays, lists are given whole', [
      'orders-k3j4h5gd --redirect-uri https://orders.example.com/a https://orders.example.com/b',
      'orders-k3j4h5gd --auth-method private_key_jwt --jwks public-keys.json',
    ]),
  )
    .argument('<client-id>', 'the client')
    .option('--name <name>', 'name for people')
    .action((clientId: string, options: Common & SettingsOptions) =>
      ask(options, async (signet) => {
        const input = { clientId, ...(await toSettings(options)) };
        const { updateClient } = await signet.send(UPDATE, { input });
        if (updateClient.__typename !== 'UpdateClientSuccess') return refused(updateClient);
        if (options.json) printJson({ client: updateClient.client });
        else print(renderClient(updateClient.client));
      }),
    );

  command('list', 'list the clients of a service', ['orders'])
    .argument('<slug>', 'the service')
    .action((slug: string, options: Common) =>
      ask(options, async (signet) => {
        const { service } = await signet.send(LIST, { slug });
        if (!service)
          throw new CommandError(`Signet has no service "${visible(slug)}". See: signet service list`);
        if (options.json) return printJson(service.clients);
        const paint = painter(process.stdout);
        const rows = service.clients.map(({ clientId, type, firstParty, name }) =>
          [clientId, type.toLowerCase(), firstParty ? 'first' : 'third', name].map(visible),
        );
        print(
          columns([['CLIENT ID', 'TYPE', 'PARTY', 'NAME'], ...rows], (text, column) =>
            column === 0 ? paint('bold', text) : text,
          ),
        );
      }),
    );

  command('show', 'show a client', ['orders-k3j4h5gd'])
    .argument('<client-id>', 'the client')
    .action((clientId: string, options: Common) =>
      ask(options, async (signet) => {
        const { client } = await signet.send(SHOW, { clientId });
        if (!client)
          throw new CommandError(`Signet has no client "${visible(clientId)}". See: signet client list`);
        if (options.json) printJson(client);
        else print(renderClient(client));
      }),
    );

  command('delete', 'delete a client: nobody can sign in by it any more', ['orders-k3j4h5gd'])
    .argument('<client-id>', 'the client')
    .action((clientId: string, options: Common) =>
      ask(options, async (signet) => {
        const { deleteClient } = await signet.send(DELETE, { input: { clientId } });
        if (deleteClient.__typename !== 'DeleteClientSuccess') return refused(deleteClient);
        if (options.json) printJson({ deleted: deleteClient.clientId });
        else print(`Deleted ${visible(deleteClient.clientId)}.`);
      }),
    );

  command('rotate-secret', 'give a client a new secret; the old ones are good for a while', [
    'orders-k3j4h5gd',
    'orders-k3j4h5gd --overlap 0   # the old one has leaked',
  ])
    .argument('<client-id>', 'the client')
    .option(
      '--overlap <time>',
      'how long the old secrets are good: 30m, 24h, up to 30d, or 0',
      toSeconds,
      86_400,
    )
    .action((clientId: string, options: Common & { overlap: number }) =>
      ask(options, async (signet) => {
        const input = { clientId, overlapSeconds: options.overlap };
        const { rotateClientSecret } = await signet.send(ROTATE, { input });
        if (rotateClientSecret.__typename !== 'RotateClientSecretSuccess') return refused(rotateClientSecret);
        const { client, clientSecret } = rotateClientSecret;
        if (options.json) return printJson({ client, clientSecret });
        print(renderClient(client));
        showSecret(clientSecret);
      }),
    );

  command('revoke-secret', 'end one secret of a client at once', [
    'orders-k3j4h5gd 0199f3a2-…   # the id is in: signet client show',
  ])
    .argument('<client-id>', 'the client')
    .argument('<secret-id>', 'the secret')
    .action((clientId: string, secretId: string, options: Common) =>
      ask(options, async (signet) => {
        const { revokeClientSecret } = await signet.send(REVOKE, { input: { clientId, secretId } });
        if (revokeClientSecret.__typename !== 'RevokeClientSecretSuccess') return refused(revokeClientSecret);
        if (options.json) printJson({ client: revokeClientSecret.client });
        else print(renderClient(revokeClientSecret.client));
      }),
    );
}
