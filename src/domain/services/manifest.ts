import type { FieldProblem } from '../caller.js';
import { MANAGE, SIGN_IN, SLUG, WHAT, checkText, checkTitle } from '../permissions/index.js';
import type { ServiceAccess } from './service.entity.js';

/** What a service says of itself, in its own repository. Names of permissions are without the slug here. */
export interface ServiceManifest {
  slug: string;
  name: string;
  description: string | null;
  access: ServiceAccess;
  permissions: ManifestPermission[];
  roles: ManifestRole[];
}

export interface ManifestPermission {
  name: string;
  description: string | null;
  /** What to use instead; null for one in use. */
  deprecated: string | null;
}

export interface ManifestRole {
  name: string;
  description: string | null;
  permissions: string[];
}

const MAX_PERMISSIONS = 1000;
const MAX_ROLES = 200;

/** Slugs that would be taken for Signet itself, or for scopes of OpenID Connect. */
const RESERVED_SLUGS = new Set([
  'signet',
  'openid',
  'offline-access',
  'profile',
  'email',
  'phone',
  'address',
]);

/** What every service has without declaring it, with what it allows. */
export function standingPermissions(name: string): ManifestPermission[] {
  return [
    { name: MANAGE, description: `Manage who may do what in ${name}.`, deprecated: null },
    { name: SIGN_IN, description: `Sign in to ${name} when it is closed.`, deprecated: null },
  ];
}
const STANDING = new Set<string>([MANAGE, SIGN_IN]);

/** Texts without the space around them, and no text where there is nothing: the same words are the same manifest. */
export function tidyManifest(manifest: ServiceManifest): ServiceManifest {
  const words = (text: string | null) => text?.normalize('NFC').trim() || null;
  return {
    ...manifest,
    name: manifest.name.normalize('NFC').trim(),
    description: words(manifest.description),
    permissions: manifest.permissions.map((permission) => ({
      ...permission,
      description: words(permission.description),
      deprecated: permission.deprecated === null ? null : permission.deprecated.normalize('NFC').trim(),
    })),
    roles: manifest.roles.map((role) => ({ ...role, description: words(role.description) })),
  };
}

/** Every fault of a manifest at once, with paths such as `roles[0].permissions[1]`. */
export function checkManifest(manifest: ServiceManifest): FieldProblem[] {
  return [
    ...checkHead(manifest),
    ...checkPermissions(manifest.permissions),
    ...checkRoles(manifest.roles, manifest.permissions),
  ];
}

function checkHead({ slug, name, description }: ServiceManifest): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!SLUG.test(slug))
    problems.push({
      path: 'slug',
      code: 'INVALID',
      message: 'A slug has 1 to 40 lower-case letters, digits and hyphens, and begins with a letter.',
    });
  else if (RESERVED_SLUGS.has(slug))
    problems.push({ path: 'slug', code: 'RESERVED', message: `No service can be called ${slug}.` });
  return [...problems, ...checkWords(name, description, '')];
}

function checkWords(name: string, description: string | null, prefix: string): FieldProblem[] {
  const checked = checkTitle(name, `${prefix}name`);
  const fault = checkText(description, `${prefix}description`);
  return [...('problem' in checked ? [checked.problem] : []), ...(fault ? [fault] : [])];
}

function checkPermissions(permissions: readonly ManifestPermission[]): FieldProblem[] {
  if (permissions.length > MAX_PERMISSIONS)
    return [{ path: 'permissions', code: 'TOO_MANY', message: `At most ${MAX_PERMISSIONS} permissions.` }];
  const seen = new Set<string>();
  return permissions.flatMap(({ name, description, deprecated }, index) => {
    const path = `permissions[${index}]`;
    const problems: FieldProblem[] = [];
    const add = (code: string, message: string) => problems.push({ path: `${path}.name`, code, message });
    if (name.includes(':'))
      add('INVALID', `Leave the slug away here: ${name.slice(name.indexOf(':') + 1) || 'a name'}.`);
    else if (!WHAT.test(name))
      add('INVALID', 'A permission has 1 to 80 lower-case letters, digits, dots, hyphens and underscores.');
    else if (STANDING.has(name)) add('RESERVED', `Every service has ${name} without declaring it.`);
    else if (seen.has(name)) add('DUPLICATE', `${name} is declared twice.`);
    seen.add(name);
    for (const [text, field] of [
      [description, 'description'],
      [deprecated, 'deprecated'],
    ] as const) {
      const fault = checkText(text, `${path}.${field}`);
      if (fault) problems.push(fault);
    }
    if (deprecated === '')
      problems.push({
        path: `${path}.deprecated`,
        code: 'REQUIRED',
        message: 'Say what to use instead, or leave it out.',
      });
    return problems;
  });
}

function checkRoles(
  roles: readonly ManifestRole[],
  permissions: readonly ManifestPermission[],
): FieldProblem[] {
  if (roles.length > MAX_ROLES)
    return [{ path: 'roles', code: 'TOO_MANY', message: `At most ${MAX_ROLES} roles.` }];
  const declared = new Set([...permissions.map(({ name }) => name), ...STANDING]);
  const seen = new Set<string>();
  return roles.flatMap((role, index) => {
    const path = `roles[${index}]`;
    const problems = checkWords(role.name, role.description, `${path}.`);
    const key = role.name.normalize('NFC').trim().toLowerCase();
    if (seen.has(key))
      problems.push({ path: `${path}.name`, code: 'DUPLICATE', message: `${role.name} is declared twice.` });
    seen.add(key);
    role.permissions.forEach((name, position) => {
      const at = `${path}.permissions[${position}]`;
      if (!declared.has(name))
        problems.push({ path: at, code: 'UNKNOWN', message: `The manifest declares no permission ${name}.` });
      else if (role.permissions.indexOf(name) < position)
        problems.push({ path: at, code: 'DUPLICATE', message: `${name} is in the role twice.` });
    });
    return problems;
  });
}
