import { OBSERVER, type Change, type PersonName, type Pick } from './commands.js';
import type { State } from './reference-model.js';

/** The change that a pick stands for: of what is there in this state, if anything is. */
export function concrete(state: State, change: Change | Pick): Change {
  switch (change.do) {
    case 'revoke one': {
      const grants = state.grants.filter(({ user }) => user !== OBSERVER);
      const { user, group, role, permission } = grants[change.pick % grants.length]!;
      return {
        do: 'revoke',
        to: user === undefined ? { group: group! } : { user: user as PersonName },
        what: role === undefined ? { permission: permission! } : { role: state.roles.get(role)!.name },
      };
    }
    case 'remove one member': {
      const members = [...state.groups].flatMap(([group, { users, groups }]) => [
        ...[...users].map((user) => ({ group, user: user as PersonName })),
        ...[...groups].map((memberGroup) => ({ group, memberGroup })),
      ]);
      const member = members[change.pick % members.length] ?? { group: 0, user: 'eve' };
      return { do: 'remove member', ...member };
    }
    default:
      return change;
  }
}
