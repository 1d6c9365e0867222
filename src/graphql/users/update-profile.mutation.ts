import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver, createUnionType } from 'type-graphql';
import { Access, inherited, accountOwner } from '../access.js';
import type { Context } from '../context.js';
import { InvalidIdentityInput, SessionEnded, problems } from '../problems.js';
import { findUser } from './user.query.js';
import { UserType } from './user.type.js';

@InputType({ description: 'What to change; fields that are left out stay.' })
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: 'Display name, 1 to 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Address of a picture (https); null removes it.' })
  picture?: string | null;
}

@Access(inherited)
@ObjectType({ description: 'The profile is as asked.' })
export class UpdateProfileSuccess {
  @Field(() => UserType, { description: 'The user as it is now.' })
  user!: UserType;
}

const UpdateProfileResult = createUnionType({
  name: 'UpdateProfileResult',
  description: 'Outcome of `updateProfile`.',
  types: () => [UpdateProfileSuccess, InvalidIdentityInput, SessionEnded] as const,
});

@Resolver()
export class UpdateProfileMutation {
  @Access(accountOwner)
  @Mutation(() => UpdateProfileResult, {
    description: 'Changes the name or the picture of who is signed in.',
  })
  async updateProfile(
    @Arg('input', () => UpdateProfileInput) input: UpdateProfileInput,
    @Ctx() context: Context,
  ): Promise<typeof UpdateProfileResult> {
    const viewer = await context.requireViewer();
    const change = { name: input.name ?? undefined, picture: input.picture };
    const outcome = await context.useCases.updateProfile(change, viewer, context.caller);
    switch (outcome.kind) {
      case 'updated':
        context.forgetUser(viewer.userId);
        return Object.assign(new UpdateProfileSuccess(), { user: await findUser(viewer.userId, context) });
      case 'sessionEnded':
        return problems.sessionEnded();
      case 'invalidInput':
        return problems.invalidInput(outcome.problems);
    }
  }
}
