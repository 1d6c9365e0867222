import 'reflect-metadata';
import { defaultFieldResolver, isObjectType, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import type { Viewer } from '../domain/caller.js';
import type { SignetPermission } from '../domain/permissions/index.js';
import type { Context } from './context.js';
import { forbidden, unauthenticated } from './errors.js';

/** Who may have the value of a field. */
export type AccessRule =
  /** Everybody, signed in or not. */
  | { kind: 'anyone' }
  /** Whoever got the object: its parent field has checked. */
  | { kind: 'inherited' }
  /** Everybody signed in; everybody at all where profiles are public by setting. */
  | { kind: 'publicProfile' }
  | { kind: 'signedIn' }
  | { kind: 'permission'; permission: SignetPermission }
  /** The user whose field it is, or holders of the permission. */
  | { kind: 'selfOr'; permission: SignetPermission };

export const anyone: AccessRule = { kind: 'anyone' };
export const inherited: AccessRule = { kind: 'inherited' };
export const publicProfile: AccessRule = { kind: 'publicProfile' };
export const signedIn: AccessRule = { kind: 'signedIn' };
export const permission = (name: SignetPermission): AccessRule => ({ kind: 'permission', permission: name });
export const selfOr = (name: SignetPermission): AccessRule => ({ kind: 'selfOr', permission: name });

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
          check(rule, loaded, source, context);
          return resolve(source, args, context, info);
        });
      check(rule, viewer, source, context);
      return resolve(source, args, context, info);
    };
  }
}

/** The rule of `user(id:)`, for references. */
export async function checkPublicProfile(context: Context): Promise<void> {
  check(publicProfile, await context.viewer(), null, context);
}

function check(rule: AccessRule, viewer: Viewer | null, source: unknown, context: Context): void {
  if (rule.kind === 'publicProfile' && context.profilesArePublic) return;
  if (!viewer) throw unauthenticated();
  if (rule.kind === 'permission' && !viewer.permissions.has(rule.permission))
    throw forbidden(rule.permission);
  if (rule.kind === 'selfOr') {
    const isSelf = (source as { id?: unknown } | null)?.id === viewer.userId;
    if (!isSelf && !viewer.permissions.has(rule.permission)) throw forbidden(rule.permission);
  }
}
