import { CommandError } from '../command-error.js';
import type { Catalogue } from './declared.js';
import { nearest } from './did-you-mean.js';
import { faultsForMachines, renderFaults, type Fault } from './faults.js';
import { STANDING_PERMISSIONS } from './manifest.js';
import type { Guards } from './read-guards.js';
import { count, painter, print, printJson, visible } from './terminal.js';

export interface CheckOptions {
  json: boolean;
  /** All, or these alone. */
  allowUnused: boolean | string[];
  /** The services whose declarations have to guard something; without it, all. */
  service?: string[];
  ignore: string[];
}

/** `signet service check`: directives that name what nobody declared, and declarations that guard nothing. */
export function check(
  { source, guards, policies }: Guards,
  catalogue: Catalogue,
  options: CheckOptions,
): void {
  const undeclared = guards
    .filter(({ permission }) => !catalogue.has(permission) && !options.ignore.includes(permission))
    .map(({ permission, coordinate, range }) => {
      const meant = nearest(permission, catalogue.keys());
      const hint = meant ? ` Did you mean "${meant}"?` : '';
      const message = `Nobody declared the permission "${permission}".${hint}`;
      return {
        permission,
        suggestion: meant,
        fault: { source, range, path: coordinate, code: 'UNDECLARED', message },
      };
    });
  const guarding = new Set(guards.map(({ permission }) => permission));
  const unused = [...catalogue]
    .filter(
      ([name, { deprecated }]) => !guarding.has(name) && deprecated === null && mustGuard(name, options),
    )
    .map(([permission, { fault }]) => {
      const message = `${permission} guards nothing: no directive of ${source.name} names it.`;
      return { permission, message, fault: fault?.('UNUSED', message) ?? null };
    });
  const deprecated = guards.filter(({ permission }) => catalogue.get(permission)?.deprecated != null);

  if (undeclared.length + unused.length > 0) process.exitCode = 1;
  if (options.json)
    return printJson({
      undeclared: undeclared.map(({ permission, suggestion, fault }) => ({
        permission,
        suggestion,
        ...faultsForMachines([fault])[0],
      })),
      unused: unused.map(({ permission, fault }) => ({
        permission,
        ...(fault && faultsForMachines([fault])[0]),
      })),
      deprecated: deprecated.map(({ permission, coordinate }) => ({ permission, coordinate })),
      policies,
    });
  report({ undeclared, unused, deprecated, policies, places: guards.length, named: guarding.size });
}

/** What is Signet's own may guard nothing: every service has it, and not every supergraph shows it. */
function mustGuard(name: string, { allowUnused, service }: CheckOptions): boolean {
  const [slug = '', what = ''] = name.split(':', 2);
  if (slug === 'signet' || STANDING_PERMISSIONS.includes(what)) return false;
  if (service && !service.includes(slug)) return false;
  return Array.isArray(allowUnused) ? !allowUnused.includes(name) : !allowUnused;
}

function report(found: {
  undeclared: { fault: Fault }[];
  unused: { message: string; fault: Fault | null }[];
  deprecated: { permission: string; coordinate: string }[];
  policies: number;
  places: number;
  named: number;
}): void {
  const { undeclared, unused, deprecated, policies, places, named } = found;
  const paint = painter(process.stdout);
  const faults = [...undeclared, ...unused].flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) print(renderFaults(faults, paint));
  for (const { message, fault } of unused) if (!fault) print(paint('red', visible(message)));
  for (const { permission, coordinate } of deprecated)
    print(paint('dim', `note: ${coordinate} asks for ${visible(permission)}, which is deprecated.`));
  if (policies > 0)
    print(
      paint(
        'dim',
        `note: @policy at ${count(policies, 'place')} was not looked at; it names no permissions.`,
      ),
    );
  if (undeclared.length + unused.length === 0) {
    print(`All is well: ${count(named, 'permission')} at ${count(places, 'place')}, each declared.`);
    return;
  }
  const parts = [
    ...(undeclared.length > 0
      ? [`${count(undeclared.length, 'directive names', 'directives name')} what nobody declared`]
      : []),
    ...(unused.length > 0
      ? [`${count(unused.length, 'permission guards', 'permissions guard')} nothing`]
      : []),
  ];
  const hint =
    unused.length > 0
      ? '\nGuard a field by them, deprecate them, or pass --allow-unused where a product’s code alone asks for them.'
      : '';
  throw new CommandError(`${parts.join('; ')}.${hint}`);
}
