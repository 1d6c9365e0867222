import pg from 'pg';
import { startDelegation, type Delegation } from '../support/delegation.js';
import { endWhileUnderWay } from '../support/end-while-under-way.js';
import { gate, untilWaiting } from '../support/gate.js';
import type { Person } from '../support/given.js';
import type { Answered } from '../support/send-change.js';

/**
 * Who had a right until a moment ago still holds a token that says so, has a request under way, or sends the next one
 * in the same operation. None of it is worth anything from the moment of the revocation.
 */
let d: Delegation;
let mallory: Person;
beforeAll(async () => {
  d = await startDelegation();
});
afterAll(() => d?.app.close());
beforeEach(async () => {
  mallory = await d.app.given.user();
});

const MANAGE = 'orders:permissions.manage';
const root = (mutation: string, input: object) => d.make(d.root, mutation, input);
const giveToSelf = () =>
  d.change(mallory, 'grantPermission', { userId: mallory.id, permission: 'orders:refund' });

/** Makes mallory a manager of orders in some way, and gives how it is taken again. */
const ways: Record<string, () => Promise<() => Promise<unknown>>> = {
  'the permission is revoked': async () => {
    const input = { userId: mallory.id, permission: MANAGE };
    await root('grantPermission', input);
    return () => root('revokePermission', input);
  },
  'the permission runs out': async () => {
    const expiresAt = new Date(d.app.clock.now().getTime() + 10_000).toISOString();
    await root('grantPermission', { userId: mallory.id, permission: MANAGE, expiresAt });
    return async () => d.app.clock.advance(10);
  },
  'the role is revoked': async () => {
    const role = await managers();
    await root('grantRole', { userId: mallory.id, role });
    return () => root('revokeRole', { userId: mallory.id, role });
  },
  'the role is deleted': async () => {
    const role = await managers();
    await root('grantRole', { userId: mallory.id, role });
    return () => root('deleteRole', { name: role, confirm: true });
  },
  'the role gives it no more': async () => {
    const role = await managers();
    await root('grantRole', { userId: mallory.id, role });
    return () => root('updateRole', { name: role, permissions: ['orders:read'] });
  },
  'they are taken out of the group': async () => {
    const [groupId] = await managingGroups();
    return () => root('removeGroupMember', { groupId, userId: mallory.id });
  },
  'their group is taken out of the group around it': async () => {
    const [memberGroupId, groupId] = await managingGroups();
    return () => root('removeGroupMember', { groupId, memberGroupId });
  },
  'the group around theirs is deleted': async () => {
    const [, groupId] = await managingGroups();
    return () => root('deleteGroup', { groupId, confirm: true });
  },
  'the group around theirs has it no more': async () => {
    const [, groupId] = await managingGroups();
    return () => root('revokePermission', { groupId, permission: MANAGE });
  },
};

async function managers(): Promise<string> {
  const name = `Managers ${mallory.id}`;
  await root('createRole', { name, permissions: [MANAGE] });
  return name;
}

async function managingGroups(): Promise<[inner: string, outer: string]> {
  const [inner, outer] = [await d.group(`In ${mallory.id}`), await d.group(`Around ${mallory.id}`)];
  await root('addGroupMember', { groupId: outer, memberGroupId: inner });
  await root('addGroupMember', { groupId: inner, userId: mallory.id });
  await root('grantPermission', { groupId: outer, permission: MANAGE });
  return [inner, outer];
}

describe('a manager whose right is taken', () => {
  it.each(Object.entries(ways))('is refused with the token from before, when %s', async (_how, give) => {
    const take = await give();
    await d.make(mallory, 'createRole', { name: `Own ${mallory.id}`, permissions: ['orders:read'] });
    await take();
    await d.expectRefused(giveToSelf, 'FORBIDDEN');
    for (const [mutation, input] of [
      ['createRole', { name: 'Late', permissions: ['orders:read'] }],
      ['updateRole', { name: `Own ${mallory.id}`, permissions: ['orders:refund'] }],
      ['grantRole', { userId: mallory.id, role: `Own ${mallory.id}` }],
      ['createGroup', { name: 'Late', service: 'orders' }],
      ['updateService', { slug: 'orders', description: 'Late' }],
    ] as const)
      await d.expectRefused(() => d.change(mallory, mutation, input), 'FORBIDDEN');
  });

  it('cannot use it in the same operation in which it goes', async () => {
    await root('grantPermission', { userId: mallory.id, permission: MANAGE });
    const { body } = await d.app.client.send<Record<string, { __typename: string } | null>, object>(
      `mutation ($self: ID!) {
        gone: revokePermission(input: { userId: $self, permission: "${MANAGE}" }) { __typename }
        again: grantPermission(input: { userId: $self, permission: "${MANAGE}" }) { __typename }
      }`,
      { self: mallory.id },
      { token: mallory.accessToken },
    );
    expect(body.errors?.map(({ path, extensions }) => [path?.[0], extensions?.code])).toEqual([
      ['again', 'FORBIDDEN'],
    ]);
    expect(await d.may(mallory)).toEqual([]);
  });
});

describe('a manager who may not sign in any more', () => {
  beforeEach(() => root('grantPermission', { userId: mallory.id, permission: MANAGE }));

  it.each(['suspendUser', 'deleteUser'])('is refused after %s', async (mutation) => {
    await root(mutation, { userId: mallory.id });
    await d.expectRefused(giveToSelf, 'UNAUTHENTICATED');
  });

  it('is refused with the token from before when the suspension is over: the session is', async () => {
    await root('suspendUser', { userId: mallory.id });
    await root('reactivateUser', { userId: mallory.id });
    await d.expectRefused(giveToSelf, 'UNAUTHENTICATED');
  });

  it('is refused when the session ends while the request is under way', async () => {
    await d.expectRefused(() => endWhileUnderWay(d.app, mallory, giveToSelf), 'SESSION_ENDED');
  });
});

/** Lets `request` begin while `change` is about to be committed, so that the door has let it in. */
async function overtaken(
  change: () => Promise<unknown>,
  request: () => Promise<Answered>,
): Promise<Answered> {
  const barrier = await gate(d.app, 'audit_events');
  const changed = change();
  await barrier.untilWaiting(1);
  const answer = request();
  await barrier.untilWaiting(2);
  await barrier.open();
  await changed;
  return answer;
}

describe('a right that is taken while a request that uses it is under way', () => {
  it('to manage a service: the request is refused', async () => {
    await root('grantPermission', { userId: mallory.id, permission: MANAGE });
    const revoke = () => root('revokePermission', { userId: mallory.id, permission: MANAGE });
    expect((await overtaken(revoke, giveToSelf)).code).toBe('FORBIDDEN');
    expect(await d.may(mallory)).toEqual([]);
  });

  it('to manage a service, by suspending the manager: the request is refused', async () => {
    await root('grantPermission', { userId: mallory.id, permission: MANAGE });
    const suspend = () => root('suspendUser', { userId: mallory.id });
    expect((await overtaken(suspend, giveToSelf)).code).toBe('SESSION_ENDED');
    expect(await d.may(mallory)).toEqual([]);
  });

  it.each(['suspendUser', 'deleteUser'])('to manage users: %s is refused', async (mutation) => {
    const input = { userId: mallory.id, permission: 'signet:users.manage' };
    const victim = await d.app.given.user();
    await root('grantPermission', input);
    const answer = await overtaken(
      () => root('revokePermission', input),
      () => d.change(mallory, mutation, { userId: victim.id }),
    );
    expect(answer.code).toBe('FORBIDDEN');
    const [row] = await d.app.sql('SELECT status FROM users WHERE id = $1', [victim.id]);
    expect(row).toEqual({ status: 'ACTIVE' });
  });

  it('to end other people’s sessions: the session goes on', async () => {
    const input = { userId: mallory.id, permission: 'signet:users.manage' };
    await root('grantPermission', input);
    const victim = await d.app.given.user();
    // Whoever holds mallory's session keeps the request waiting after the door has let it in.
    const holder = new pg.Client({ connectionString: d.app.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE', [mallory.sessionId]);
    const answer = d.change(mallory, 'revokeSession', { sessionId: victim.sessionId });
    await untilWaiting(holder, 1);
    await root('revokePermission', input);
    await holder.query('COMMIT');
    await holder.end();
    expect((await answer).code).toBe('NOT_FOUND');
    const [row] = await d.app.sql('SELECT ended_at FROM sessions WHERE id = $1', [victim.sessionId]);
    expect(row).toEqual({ ended_at: null });
  });

  it('a role that is emptied while it is given gives nothing', async () => {
    await d.make(d.olga, 'createRole', { name: `Going ${mallory.id}`, permissions: ['orders:read'] });
    await overtaken(
      () => d.make(d.olga, 'deleteRole', { name: `Going ${mallory.id}`, confirm: true }),
      () => d.change(d.root, 'grantRole', { userId: mallory.id, role: `Going ${mallory.id}` }),
    );
    expect(await d.may(mallory)).toEqual([]);
  });

  it('a group that begins to give more while somebody joins it: who may not give that is refused', async () => {
    const groupId = await d.group(`Growing ${mallory.id}`, 'orders');
    const answer = await overtaken(
      () => root('grantPermission', { groupId, permission: 'billing:refund' }),
      () => d.change(d.olga, 'addGroupMember', { groupId, userId: d.olga.id }),
    );
    expect(answer.code).toBe('FORBIDDEN');
    expect(await d.may(d.olga)).toEqual([MANAGE]);
  });

  it('a role that gets another service’s permission while it is given: who may not give that is refused', async () => {
    const role = `Filling ${mallory.id}`;
    await d.make(d.olga, 'createRole', { name: role, permissions: ['orders:read'] });
    const answer = await overtaken(
      () => root('updateRole', { name: role, permissions: ['orders:read', 'billing:refund'] }),
      () => d.change(d.olga, 'grantRole', { userId: d.olga.id, role }),
    );
    expect(answer.code).toBe('FORBIDDEN');
    expect(await d.may(d.olga)).toEqual([MANAGE]);
  });
});
