import 'reflect-metadata';
import { defaultFieldResolver, isObjectType, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import type { Viewer } from '../domain/caller.js';
import {
  managesService,
  managesSomething,
  readsCatalogue,
  serviceOf,
  type SignetPermission,
} from '../domain/permissions/index.js';
import type { Context } from './context.js';
import { forbidden, notForClients, unauthenticated } from './errors.js';

/** Who may have the value of a field. */
export type AccessRule =
  /** Everybody, signed in or not. */
  | { kind: 'anyone' }
  /** Whoever got the object: its parent field has checked. */
  | { kind: 'inherited' }
  /** Everybody signed in; everybody at all where profiles are public by setting. */
  | { kind: 'publicProfile' }
  | { kind: 'signedIn' }
  /** Users themselves, and no client that acts for them: what only they may do with their account. */
  | { kind: 'accountOwner' }
  | { kind: 'permission'; permission: SignetPermission }
  /** The user whose field it is, or holders of the permission. */
  | { kind: 'selfOr'; permission: SignetPermission }
  /** The same, but for clients that act for the user: what they need not know of what it does elsewhere. */
  | { kind: 'selfAloneOr'; permission: SignetPermission }
  /** Whoever may read which services, permissions and roles there are: who reads or manages permissions at all. */
  | { kind: 'catalogueReader' }
  /** Whoever manages the permissions of some service. The use case decides which ones. */
  | { kind: 'manager' }
  /** Holders of the permission, and whoever manages the service to which the object belongs. */
  | { kind: 'ownerOr'; permission: SignetPermission }
  /** For `permissionCheck`: the user who is asked about, readers, and who manages the service of the permission. */
  | { kind: 'asksAbout'; permission: SignetPermission };

export const anyone: AccessRule = { kind: 'anyone' };
export const inherited: AccessRule = { kind: 'inherited' };
export const publicProfile: AccessRule = { kind: 'publicProfile' };
export const signedIn: AccessRule = { kind: 'signedIn' };
export const accountOwner: AccessRule = { kind: 'accountOwner' };
export const permission = (name: SignetPermission): AccessRule => ({ kind: 'permission', permission: name });
export const selfOr = (name: SignetPermission): AccessRule => ({ kind: 'selfOr', permission: name });
export const selfAloneOr = (name: SignetPermission): AccessRule => ({
  kind: 'selfAloneOr',
  permission: name,
});
export const catalogueReader: AccessRule = { kind: 'catalogueReader' };
export const manager: AccessRule = { kind: 'manager' };
export const ownerOr = (name: SignetPermission): AccessRule => ({ kind: 'ownerOr', permission: name });
export const asksAbout = (name: SignetPermission): AccessRule => ({ kind: 'asksAbout', permission: name });

/** On objects that belong to a service: its slug, or null for none. */
export const OWNER = Symbol('the service to which this object belongs');

/**
 * Declares who may have a field, or, on a class, all fields of the type that declare nothing
 * themselves. A field without a declaration keeps the server from starting.
 */
export function Access(rule: AccessRule): MethodDecorator & PropertyDecorator & ClassDecorator {
  return Extensions({ access: rule });
}

export type AccessRules = ReadonlyMap<string, AccessRule>;

/** Reads the declarations off the schema that type-graphql built, keyed `Type.field`. */
export function collectAccessRules(schema: GraphQLSchema): AccessRules {
  const rules = new Map<string, AccessRule>();
  const undeclared: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = (field.extensions['access'] ?? type.extensions['access']) as AccessRule | undefined;
      const name = `${type.name}.${field.name}`;
      if (rule) rules.set(name, rule);
      else undeclared.push(name);
    }
  }
  if (undeclared.length > 0)
    throw new Error(
      `These fields do not declare who may have them (see src/graphql/access.ts): ${undeclared.join(', ')}`,
    );
  return rules;
}

/** Puts every rule in front of its resolver. Rules hold with and without a gateway, on `_entities` too. */
export function enforceAccess(schema: GraphQLSchema, rules: AccessRules): void {
  for (const [name, rule] of rules) {
    if (rule.kind === 'anyone' || rule.kind === 'inherited') continue;
    const [typeName, fieldName] = name.split('.') as [string, string];
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`${typeName} is gone from the schema`);
    const field = type.getFields()[fieldName]!;
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context: Context, info) => {
      const viewer = context.viewerFor(source);
      if (viewer instanceof Promise)
        return viewer.then((loaded) => {
          check(rule, loaded, { source, args }, context);
          return resolve(source, args, context, info);
        });
      check(rule, viewer, { source, args }, context);
      return resolve(source, args, context, info);
    };
  }
}

/** The rule of `user(id:)`, for references. */
export async function checkPublicProfile(context: Context): Promise<void> {
  check(publicProfile, await context.viewer(), { source: null, args: {} }, context);
}

interface Asked {
  source: unknown;
  args: Record<string, unknown>;
}

function check(rule: AccessRule, viewer: Viewer | null, asked: Asked, context: Context): void {
  if (rule.kind === 'publicProfile' && context.profilesArePublic) return;
  if (!viewer) throw unauthenticated();
  if (rule.kind === 'accountOwner' && viewer.client) throw notForClients();
  if (!allows(rule, viewer, asked)) throw forbidden('permission' in rule ? rule.permission : undefined);
}

function allows(rule: AccessRule, viewer: Viewer, { source, args }: Asked): boolean {
  const { userId, permissions, client } = viewer;
  // What people may see of themselves, the company's products may; others have userinfo, by consent.
  const mayBeSelf = client === null || client.firstParty;
  switch (rule.kind) {
    case 'anyone':
    case 'inherited':
    case 'accountOwner':
      return true;
    case 'signedIn':
    case 'publicProfile':
      // A third party has of profiles what userinfo gives it, by consent.
      return mayBeSelf;
    case 'permission':
      return permissions.has(rule.permission);
    case 'selfOr':
      return (
        (mayBeSelf && (source as { id?: unknown } | null)?.id === userId) || permissions.has(rule.permission)
      );
    case 'selfAloneOr':
      return (
        (client === null && (source as { id?: unknown } | null)?.id === userId) ||
        permissions.has(rule.permission)
      );
    case 'catalogueReader':
      return readsCatalogue(permissions);
    case 'manager':
      return managesSomething(permissions);
    case 'ownerOr': {
      const owner = (source as { [OWNER]?: string | null } | null)?.[OWNER] ?? null;
      return permissions.has(rule.permission) || (owner !== null && managesService(permissions, owner));
    }
    case 'asksAbout':
      return (
        (mayBeSelf && String(args['userId']).toLowerCase() === userId) ||
        permissions.has(rule.permission) ||
        managesService(permissions, serviceOf(String(args['permission'])))
      );
  }
}
