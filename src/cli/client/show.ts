import { CommandError } from '../command-error.js';
import { columns, painter, print, visible } from '../service/terminal.js';
import type { ClientShowQuery } from './operation-types.js';

export type Client = NonNullable<ClientShowQuery['client']>;

/** A client for people, a line for each thing that there is to say. */
export function renderClient(client: Client): string {
  const rows = [
    ['client id', client.clientId],
    ['name', client.name],
    ['service', client.service.slug],
    ['type', `${client.type.toLowerCase()}, ${client.firstParty ? 'first' : 'third'} party`],
    ...several('redirect URI', client.redirectUris),
    ...several('after sign-out', client.postLogoutRedirectUris),
    ...(client.backchannelLogoutUri === null ? [] : [['back-channel logout', client.backchannelLogoutUri]]),
    ['proves itself by', client.authMethod],
    ...several('public key', keysOf(client)),
    ['id tokens', client.idTokenAlg],
    ...several('permissions of', client.permissionsOf),
    ...(client.account ? [['acts as user', client.account.id]] : []),
    ...several('secret', client.secrets.map(describeSecret)),
  ];
  const paint = painter(process.stdout);
  return columns(
    rows.map((row) => row.map(visible)),
    (text, column) => (column === 0 ? paint('dim', text) : text),
  );
}

function several(title: string, values: string[]): string[][] {
  return values.map((value, index) => [index === 0 ? title : '', value]);
}

function keysOf({ jwks }: Client): string[] {
  const keys = (jwks?.['keys'] ?? []) as Record<string, unknown>[];
  return keys.map(({ kid, kty, crv }) => [kid ?? '(no kid)', crv ?? kty].map(String).join('  '));
}

function describeSecret({ id, createdAt, expiresAt }: Client['secrets'][number]): string {
  return `${id}  made ${createdAt}${expiresAt === null ? '' : `, good until ${expiresAt}`}`;
}

/** A secret, which is shown this once. */
export function showSecret(clientSecret: string): void {
  const paint = painter(process.stdout);
  print(`\n  ${paint('bold', clientSecret)}\n`);
  print('This is its secret. It is shown this once: put it where the service keeps its secrets.');
}

/** @throws CommandError always: every fault with its path, or the sentence of the problem */
export function refused(problem: { message: string; fields?: { path: string; message: string }[] }): never {
  const faults = (problem.fields ?? []).map(({ path, message }) => `${visible(path)}  ${visible(message)}`);
  throw new CommandError(
    `${faults.length > 0 ? `${faults.join('\n')}\n\n` : `${visible(problem.message)} `}Nothing was changed.`,
  );
}
