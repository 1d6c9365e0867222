import { stringify } from 'yaml';
import { CommandError } from '../command-error.js';
import type { SignetClient } from './client.js';
import { didYouMean } from './did-you-mean.js';
import { STANDING_PERMISSIONS } from './manifest.js';
import type { ServiceShowQuery } from './operation-types.js';
import { LIST, SHOW } from './operations.js';
import { columns, painter, print, printJson, visible } from './terminal.js';

type Service = NonNullable<ServiceShowQuery['service']>;

/** `signet service show`: what Signet has, as the manifest that would declare it. */
export async function show(slug: string, signet: SignetClient, options: { json: boolean }): Promise<void> {
  const { service } = await signet.send(SHOW, { slug });
  if (!service) {
    const { services } = await signet.send(LIST, {});
    const hint =
      didYouMean(
        slug,
        services.map((other) => other.slug),
      ) || ' See: signet service list';
    throw new CommandError(`Signet has no service "${visible(slug)}".${hint}`);
  }
  const manifest = manifestOf(service);
  if (options.json) printJson(manifest);
  else print(stringify(manifest, { lineWidth: 100 }).trimEnd());
}

/** `signet service list` */
export async function list(signet: SignetClient, options: { json: boolean }): Promise<void> {
  const { services } = await signet.send(LIST, {});
  if (options.json) return printJson(services);
  const paint = painter(process.stdout);
  const rows = services.map(({ slug, name, access, description }) =>
    [slug, access.toLowerCase(), name, description ?? ''].map(visible),
  );
  print(
    columns([['SLUG', 'ACCESS', 'NAME', 'DESCRIPTION'], ...rows], (text, column) =>
      column === 0 ? paint('bold', text) : text,
    ),
  );
}

function manifestOf({ slug, name, description, access, permissions, roles }: Service) {
  const within = (permission: string) => permission.slice(permission.indexOf(':') + 1);
  return {
    slug,
    name,
    ...(description === null ? {} : { description }),
    access: access.toLowerCase(),
    permissions: permissions
      .filter((permission) => !STANDING_PERMISSIONS.includes(within(permission.name)))
      .map((permission) => ({
        name: within(permission.name),
        ...(permission.description === null ? {} : { description: permission.description }),
        ...(permission.deprecated === null ? {} : { deprecated: permission.deprecated }),
      })),
    roles: roles.map((role) => ({
      name: role.name,
      ...(role.description === null ? {} : { description: role.description }),
      permissions: role.permissions.map((permission) => within(permission.name)),
    })),
  };
}
