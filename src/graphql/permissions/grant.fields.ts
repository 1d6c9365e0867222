import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, inherited } from '../access.js';
import type { Context } from '../context.js';
import { UserGroupType } from '../groups/user-group.type.js';
import { findUser } from '../users/user.query.js';
import { UserType } from '../users/user.type.js';
import { PermissionGrantType } from './grant.type.js';
import { PermissionLossType, LOSERS } from './permission-loss.type.js';
import { PermissionType } from './permission.type.js';
import { RoleType } from './role.type.js';

/** Fields of PermissionGrant that are read from elsewhere, each batched over all grants of the answer. */
@Resolver(() => PermissionGrantType)
export class PermissionGrantFields {
  @Access(inherited)
  @FieldResolver(() => RoleType, { nullable: true, description: 'The role that was given, if it was one.' })
  async role(@Root() { record }: PermissionGrantType, @Ctx() context: Context): Promise<RoleType | null> {
    const role = record.roleId === null ? null : await context.reads.role.load(record.roleId);
    return role && RoleType.from(role);
  }

  @Access(inherited)
  @FieldResolver(() => PermissionType, {
    nullable: true,
    description: 'The permission that was given, if it was a single one.',
  })
  permission(@Root() { record }: PermissionGrantType): PermissionType | null {
    return record.permission === null ? null : PermissionType.from(record.permission);
  }

  @Access(inherited)
  @FieldResolver(() => UserType, { nullable: true, description: 'Who got it, if it was a user.' })
  user(@Root() { record }: PermissionGrantType, @Ctx() context: Context): Promise<UserType | null> {
    return findUser(record.userId, context);
  }

  @Access(inherited)
  @FieldResolver(() => UserGroupType, {
    nullable: true,
    description: 'The group that got it, if it was one.',
  })
  async group(
    @Root() { record }: PermissionGrantType,
    @Ctx() context: Context,
  ): Promise<UserGroupType | null> {
    const group = record.groupId === null ? null : await context.reads.group.load(record.groupId);
    return group && UserGroupType.from(group);
  }

  @Access(inherited)
  @FieldResolver(() => UserType, {
    nullable: true,
    description: 'Who gave it; null for Signet itself and for operators.',
  })
  grantedBy(@Root() { record }: PermissionGrantType, @Ctx() context: Context): Promise<UserType | null> {
    return findUser(record.grantedBy, context);
  }
}

@Resolver(() => PermissionLossType)
export class PermissionLossFields {
  @Access(inherited)
  @FieldResolver(() => [UserType], { description: 'The first 20 of them, in order of their accounts.' })
  async users(@Root() loss: PermissionLossType, @Ctx() context: Context): Promise<UserType[]> {
    const users = await Promise.all(loss[LOSERS].map((id) => findUser(id, context)));
    return users.filter((user) => user !== null);
  }
}
