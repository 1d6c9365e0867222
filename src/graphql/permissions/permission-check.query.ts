import { GraphQLDateTime } from 'graphql-scalars';
import { validate as isUuid } from 'uuid';
import { Arg, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import {
  isPermissionName,
  serviceOf,
  type Explanation,
  type PermissionPath,
} from '../../domain/permissions/index.js';
import { Access, asksAbout, inherited } from '../access.js';
import type { Context } from '../context.js';
import { badUserInput } from '../errors.js';
import { UserGroupType } from '../groups/user-group.type.js';
import { findUser } from '../users/user.query.js';
import { UserType } from '../users/user.type.js';
import { PermissionGrantType } from './grant.type.js';
import { PermissionType } from './permission.type.js';
import { RoleType } from './role.type.js';

@Access(inherited)
@ObjectType('PermissionPath', { description: 'One way by which a user has a permission.' })
export class PermissionPathType {
  @Field(() => PermissionGrantType, { description: 'The grant at the end of it.' })
  grant!: PermissionGrantType;

  @Field(() => String, { nullable: true, description: 'Why it was given.' })
  reason!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'From then on it counts no more.' })
  expiresAt!: Date | null;

  static from(this: void, { grant }: PermissionPath): PermissionPathType {
    const type = new PermissionPathType();
    type.grant = PermissionGrantType.from(grant);
    type.reason = grant.reason;
    type.expiresAt = grant.expiresAt;
    return type;
  }
}

@Access(inherited)
@ObjectType('PermissionCheck', { description: 'Whether a user has a permission at this moment, and why.' })
export class PermissionCheckType {
  @Field(() => Boolean, { description: 'Whether the user has it.' })
  allowed!: boolean;

  @Field(() => [PermissionPathType], {
    description:
      'Every way by which the user has it, the longest lasting first; when there is none, those that have expired.',
  })
  paths!: PermissionPathType[];

  userId!: string;
  permissionName!: string;
  found!: Explanation;

  static from(userId: string, permissionName: string, found: Explanation): PermissionCheckType {
    const type = new PermissionCheckType();
    type.allowed = found.allowed;
    type.paths = found.paths.map(PermissionPathType.from);
    return Object.assign(type, { userId, permissionName, found });
  }
}

@Resolver(() => PermissionCheckType)
export class PermissionCheckQuery {
  @Access(asksAbout('signet:permissions.read'))
  @Query(() => PermissionCheckType, {
    description:
      'Whether a user has a permission, and by which way. For the user, for holders of signet:permissions.read, and for who manages the permission’s service.',
  })
  async permissionCheck(
    @Arg('userId', () => ID, { description: 'The `id` of a User.' }) userId: string,
    @Arg('permission', () => String, { description: 'Such as `orders:refund`.' }) permission: string,
    @Ctx() context: Context,
  ): Promise<PermissionCheckType> {
    if (!isUuid(userId)) throw badUserInput('`userId` must be the `id` of a User.');
    if (!isPermissionName(permission))
      throw badUserInput('`permission` must have the form <service>:<what>, such as orders:refund.');
    const id = userId.toLowerCase();
    return PermissionCheckType.from(id, permission, await context.useCases.explainPermission(id, permission));
  }

  @Access(inherited)
  @FieldResolver(() => UserType, { nullable: true, description: 'Who was asked about; null when nobody is.' })
  user(@Root() { userId }: PermissionCheckType, @Ctx() context: Context): Promise<UserType | null> {
    return findUser(userId, context);
  }

  @Access(inherited)
  @FieldResolver(() => PermissionType, {
    nullable: true,
    description: 'What was asked about; null when no service declares it.',
  })
  permission(@Root() { permissionName, found }: PermissionCheckType): PermissionType | null {
    return found.permissionExists ? PermissionType.from(permissionName) : null;
  }

  @Access(inherited)
  @FieldResolver(() => String, { description: 'The same in a sentence, in English.' })
  async explanation(@Root() check: PermissionCheckType, @Ctx() context: Context): Promise<string> {
    const { found, permissionName, userId } = check;
    const name = (await context.user(userId))?.name;
    if (name === undefined) return 'There is no such user.';
    if (!found.permissionExists)
      return `No service declares ${permissionName}; is it a permission of ${serviceOf(permissionName)}?`;
    if (found.userStatus === 'DELETED') return 'This account was deleted: nobody can do anything with it.';
    if (found.userStatus === 'SUSPENDED')
      return `${name} is suspended, and can do nothing until that changes.`;
    const [best] = found.paths;
    if (!best)
      return `Nothing gives ${name} ${permissionName}, neither directly nor through a role or a group.`;
    const way = await describeWay(best, context);
    if (found.allowed) return `${name} has ${permissionName} ${way}.`;
    return `${name} had ${permissionName} ${way}; that has expired.`;
  }
}

async function describeWay({ grant }: PermissionPath, context: Context): Promise<string> {
  const role = grant.roleId === null ? null : await context.reads.role.load(grant.roleId);
  const group = grant.groupId === null ? null : await context.reads.group.load(grant.groupId);
  const giver = grant.grantedBy === null ? null : await context.user(grant.grantedBy);
  return [
    role ? `through the role ${role.name},` : 'by a grant of its own,',
    group ? `given to the group ${group.name}` : 'given',
    `by ${giver?.name ?? 'Signet or an operator'} on ${grant.createdAt.toISOString().slice(0, 10)}`,
    grant.expiresAt ? `until ${grant.expiresAt.toISOString()}` : null,
    grant.reason ? `(“${grant.reason}”)` : null,
  ]
    .filter((part) => part !== null)
    .join(' ');
}

/** The ends of a way once more, so that who asks need not go through the grant. */
@Resolver(() => PermissionPathType)
export class PermissionPathFields {
  @Access(inherited)
  @FieldResolver(() => RoleType, { nullable: true, description: 'The role that holds it, if there is one.' })
  async role(@Root() { grant }: PermissionPathType, @Ctx() context: Context): Promise<RoleType | null> {
    const { roleId } = grant.record;
    const role = roleId === null ? null : await context.reads.role.load(roleId);
    return role && RoleType.from(role);
  }

  @Access(inherited)
  @FieldResolver(() => UserGroupType, {
    nullable: true,
    description: 'The group to which it was given, if it was one. The user is in it, or in a group in it.',
  })
  async group(@Root() { grant }: PermissionPathType, @Ctx() context: Context): Promise<UserGroupType | null> {
    const { groupId } = grant.record;
    const group = groupId === null ? null : await context.reads.group.load(groupId);
    return group && UserGroupType.from(group);
  }

  @Access(inherited)
  @FieldResolver(() => UserType, {
    nullable: true,
    description: 'Who gave it; null for Signet itself and for operators.',
  })
  grantedBy(@Root() { grant }: PermissionPathType, @Ctx() context: Context): Promise<UserType | null> {
    return findUser(grant.record.grantedBy, context);
  }
}
