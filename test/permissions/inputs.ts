import type { Identity } from '../../src/identity.js';
import type { Caller, Viewer } from '../../src/domain/caller.js';
import type { Change, DeclaredPermission, DeclaredRole } from './commands.js';

/** What a name of the model stands for in the database. */
export interface Ids {
  personId(name: string): string;
  /** Of a group that was never made, one that nobody has. */
  groupId(group: number): string;
  moment(hoursFromNow: number): Date;
}

/** A mutation of the schema with its input, by which a change is asked for. */
export interface Asked {
  mutation: string;
  input: Record<string, any>;
  /** What to read off the success. */
  selection?: string;
}

export function toMutation(change: Exclude<Change, { do: 'time passes' }>, ids: Ids): Asked {
  const { do: verb, ...rest } = change;
  switch (change.do) {
    case 'register service':
      return { mutation: 'registerService', input: { ...rest, name: change.slug, ...declared(change) } };
    case 'update service':
      return { mutation: 'updateService', input: { ...rest, ...declared(change) } };
    case 'create group':
      return { mutation: 'createGroup', input: rest, selection: 'group { id }' };
    case 'delete service':
    case 'create role':
    case 'update role':
    case 'delete role':
      return { mutation: camelCase(verb), input: rest };
    case 'rename group':
      return { mutation: 'updateGroup', input: { groupId: ids.groupId(change.group), name: change.name } };
    case 'delete group':
      return {
        mutation: 'deleteGroup',
        input: { groupId: ids.groupId(change.group), confirm: change.confirm },
      };
    case 'add member':
    case 'remove member': {
      const { user, memberGroup } = change;
      return {
        mutation: change.do === 'add member' ? 'addGroupMember' : 'removeGroupMember',
        input: {
          groupId: ids.groupId(change.group),
          ...(user === undefined ? {} : { userId: ids.personId(user) }),
          ...(memberGroup === undefined ? {} : { memberGroupId: ids.groupId(memberGroup) }),
        },
      };
    }
    case 'grant':
    case 'revoke': {
      const { user, group } = change.to;
      const { reason, hours } = change.do === 'grant' ? change : { reason: undefined, hours: undefined };
      return {
        mutation: `${change.do}${'role' in change.what ? 'Role' : 'Permission'}`,
        input: {
          ...change.what,
          ...(user === undefined ? {} : { userId: ids.personId(user) }),
          ...(group === undefined ? {} : { groupId: ids.groupId(group) }),
          ...(reason === undefined ? {} : { reason }),
          ...(hours === undefined ? {} : { expiresAt: ids.moment(hours) }),
        },
      };
    }
    case 'suspend':
    case 'reactivate':
    case 'delete user':
      return {
        mutation: change.do === 'delete user' ? 'deleteUser' : `${change.do}User`,
        input: { userId: ids.personId(change.user) },
      };
  }
}

function declared({ permissions, roles }: { permissions?: DeclaredPermission[]; roles?: DeclaredRole[] }) {
  const hint = (deprecated: boolean) => (deprecated ? 'Use another.' : null);
  return {
    ...(permissions
      ? {
          permissions: permissions.map(({ name, deprecated }) => ({ name, deprecated: hint(deprecated) })),
        }
      : {}),
    ...(roles ? { roles } : {}),
  };
}

const camelCase = (words: string) => words.replace(/ (.)/, (_, letter: string) => letter.toUpperCase());

type UseCases = Identity['useCases'];

/** Asks the use case that stands behind a mutation, without the door. */
export function askUseCase(
  useCases: UseCases,
  { mutation, input }: Asked,
  viewer: Viewer | null,
  caller: Caller | null,
): Promise<{ kind: string; groupId?: string | null }> {
  const filled = <T extends object>(list: T[] | undefined) =>
    list?.map((item) => ({ description: null, deprecated: null, ...item }));
  const manifest: Record<string, any> = {
    ...input,
    ...(input['permissions'] ? { permissions: filled(input['permissions'] as object[]) } : {}),
    ...(input['roles'] ? { roles: filled(input['roles'] as object[]) } : {}),
  };
  switch (mutation) {
    case 'registerService': {
      const whole = { description: null, ...manifest } as Parameters<UseCases['registerService']>[0];
      return useCases.registerService(whole, viewer, caller);
    }
    case 'updateService': {
      const update = manifest as Parameters<UseCases['updateService']>[0];
      return useCases.updateService(update, input['confirm'] as boolean, viewer, caller);
    }
    case 'grantRole':
    case 'grantPermission':
      return useCases.grant(input, viewer, caller);
    case 'revokeRole':
    case 'revokePermission':
      return useCases.revoke(input, viewer, caller);
    case 'suspendUser':
    case 'reactivateUser':
    case 'deleteUser': {
      const change = mutation.slice(0, -'User'.length) as Parameters<UseCases['changeStatus']>[0];
      return useCases.changeStatus(change, input['userId'] as string, viewer, caller);
    }
    default: {
      type Ask = (input: object, viewer: Viewer | null, caller: Caller | null) => Promise<{ kind: string }>;
      return (useCases as unknown as Record<string, Ask>)[mutation]!(input, viewer, caller);
    }
  }
}
