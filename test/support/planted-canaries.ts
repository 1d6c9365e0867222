import { Actor } from './actor.js';
import { GOOD_PASSWORD, newAddress, type Person } from './given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  LoginDocument,
  RegisterServiceDocument,
  RevokePermissionDocument,
  UpdateRoleDocument,
} from './operations.js';
import { succeed } from './mutate.js';
import type { TestApp } from './test-app.js';

/** A moment that stands nowhere but in one grant. */
const EXPIRES = '2098-07-06T05:04:03.000Z';

/** Somebody whose sessions, mails and changes are all unmistakable. */
interface Marked extends Person {
  /** Texts by which everything is known that nobody else may read of them. */
  canaries: string[];
}

export interface Planted {
  victim: Marked;
  admin: Marked;
  /** What people have, do and are, beside their public profile. */
  personal: string[];
  /** Names and words of what there is to have: readers of the catalogue may know those. */
  catalogue: string[];
  /** What somebody can know without being told: names of things that the victim has, and their ids. */
  known: {
    slug: string;
    permission: string;
    role: string;
    groupId: string;
    otherGroupId: string;
    clientId: string;
    secretId: string;
  };
}

/** Makes a victim and an administrator, and fills all that they have and do with words that stand nowhere else. */
export async function plantCanaries(app: TestApp): Promise<Planted> {
  const admin = await marked(app, 'canary-admin', '203.0.113.66', async (input) => {
    await app.identity.createAccount(input, { administrator: true });
  });
  const victim = await marked(app, 'canary-victim', '203.0.113.77', async (input) => {
    await app.identity.createAccount(input, { administrator: false });
  });
  const act = new Actor(app.client, admin, {
    'x-forwarded-for': '203.0.113.66',
    'x-request-id': 'canary-request',
    'user-agent': 'Canary-Agent',
  });

  await act.does(RegisterServiceDocument, {
    ...{ slug: 'canary-ledger', name: 'Canary Ledger', description: 'canary words of a service' },
    permissions: [
      { name: 'audit', description: 'canary words of a permission' },
      { name: 'old', deprecated: 'canary hint' },
    ],
    roles: [{ name: 'Canary manifest role', description: 'canary words of its role', permissions: ['old'] }],
  });
  const slug = 'known';
  await act.does(RegisterServiceDocument, {
    ...{ slug, name: 'Known', description: 'canary words of a known service' },
    permissions: [{ name: 'refund', description: 'canary words of a known permission' }],
  });
  const permission = `${slug}:refund`;
  const role = 'Known clerk';
  const permissions = ['canary-ledger:audit'];
  await act.does(CreateRoleDocument, {
    name: 'Canary role',
    description: 'canary former words',
    permissions,
  });
  await act.does(UpdateRoleDocument, { name: 'Canary role', description: 'canary words of a role' });
  await act.does(CreateRoleDocument, {
    name: role,
    description: 'canary words of a known role',
    permissions: [permission],
  });
  const group = async (name: string) =>
    (await act.does(CreateGroupDocument, { name, description: `canary words of ${name}` })).group.id;
  const [groupId, otherGroupId, secretId] = [
    ...[await group('Known group'), await group('Other known group'), await group('Canary group')],
  ] as [string, string, string];
  await act.does(AddGroupMemberDocument, { groupId: secretId, memberGroupId: groupId });
  const userId = victim.id;
  for (const id of [groupId, otherGroupId, secretId])
    await act.does(AddGroupMemberDocument, { groupId: id, userId });

  await act.does(GrantRoleDocument, { userId, role, reason: 'canary reason of a role' });
  await act.does(GrantRoleDocument, { groupId, role: 'Canary role', reason: 'canary reason for a group' });
  await act.does(GrantPermissionDocument, {
    userId,
    permission,
    reason: 'canary reason',
    expiresAt: EXPIRES,
  });
  const secret = { groupId: secretId, permission: 'canary-ledger:audit' };
  await act.does(GrantPermissionDocument, { ...secret, reason: 'canary reason for a secret group' });
  const gone = { userId, permission: 'canary-ledger:audit' };
  await act.does(GrantPermissionDocument, { ...gone, reason: 'canary reason of what is gone' });
  await act.does(RevokePermissionDocument, { ...gone, reason: 'canary reason to take it' });

  const { client } = await succeed(
    app,
    admin,
    'addClient',
    { service: slug, type: 'WEB', name: 'Canary client', redirectUris: ['https://canary.example/callback'] },
    { fields: 'client { clientId secrets { id } }' },
  );

  const reasons = ['of a role', 'for a group', 'for a secret group', 'of what is gone', 'to take it'];
  return {
    victim,
    admin,
    personal: [
      ...victim.canaries,
      ...admin.canaries,
      ...['canary reason', ...reasons.map((which) => `canary reason ${which}`), EXPIRES],
      ...['canary former words', 'canary-request'],
    ],
    catalogue: [
      ...['canary-ledger', 'Canary Ledger', 'canary-ledger:audit', 'canary hint'],
      ...['Canary client', 'https://canary.example/callback'],
      ...['Canary manifest role', 'Canary role', 'Canary group'],
      ...[
        'a service',
        'a permission',
        'its role',
        'a role',
        'a known service',
        'a known permission',
        'a known role',
      ].map((of) => `canary words of ${of}`),
      ...['Known group', 'Other known group', 'Canary group'].map((name) => `canary words of ${name}`),
    ],
    known: {
      ...{ slug, permission, role, groupId, otherGroupId },
      ...{ clientId: client.clientId, secretId: client.secrets[0].id },
    },
  };
}

async function marked(
  app: TestApp,
  name: string,
  ip: string,
  create: (input: { email: string; password: string; name: string }) => Promise<void>,
): Promise<Marked> {
  const email = `${name}-${newAddress()}`;
  const input = { email, password: GOOD_PASSWORD, name: name.replace('canary-', 'Public ') };
  await create(input);
  const agent = `Mozilla/5.0 (${name}) Gecko/20100101 Firefox/140.0`;
  const { login } = (
    await app.client.send(
      LoginDocument,
      { input: { email, password: GOOD_PASSWORD } },
      { headers: { 'x-forwarded-for': ip, 'user-agent': agent } },
    )
  ).data;
  if (login.__typename !== 'LoginSuccess') throw new Error(login.__typename);
  const { accessToken, refreshToken } = login.tokens;
  const { id, sessionId } = { id: login.user.id, sessionId: login.session.id };
  return {
    ...{ ...input, id, sessionId, accessToken, refreshToken: refreshToken! },
    canaries: [email, ip, agent, sessionId],
  };
}
