import { Field, Int, ObjectType } from 'type-graphql';
import type { PermissionLoss } from '../../domain/permissions/index.js';
import { Access, inherited } from '../access.js';

/** Ids of the people, for the field `users` (permission-loss.fields.ts). */
export const LOSERS = Symbol('who loses it');

@Access(inherited)
@ObjectType('PermissionLoss', { description: 'Who would lose a permission by a change.' })
export class PermissionLossType {
  @Field(() => String, { description: 'Name of the permission.' })
  permission!: string;

  @Field(() => Int, { description: 'How many people would lose it.' })
  userCount!: number;

  [LOSERS]!: string[];

  static from({ permission, userCount, userIds }: PermissionLoss): PermissionLossType {
    return Object.assign(new PermissionLossType(), { permission, userCount, [LOSERS]: userIds });
  }
}
