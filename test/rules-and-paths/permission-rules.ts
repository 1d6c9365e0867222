import { SIGNET_PERMISSIONS } from '../../src/domain/permissions/index.js';
import type { Person } from '../support/given.js';
import type { TestApp } from '../support/test-app.js';
import type { Subject } from './ask.js';
import { Operator } from './made-by-operator.js';
import type { Rule } from './rules.js';

const ALL = Object.keys(SIGNET_PERMISSIONS);
const ADMINISTRATOR = 'administrator';

/**
 * The person administers by another way than their own role, and has signed in since: what they do works by that
 * way alone, and `then` ends it.
 */
function loses(
  then: (operator: Operator, person: Person, app: TestApp) => Promise<() => Promise<void> | void>,
): Rule {
  return {
    covers: [],
    async breakIt(app, person) {
      const operator = new Operator(app);
      const end = await then(operator, person, app);
      await operator.revoke({ userId: person.id, role: ADMINISTRATOR });
      const signedIn = await app.given.login(person);
      const before = await app.client.send(
        '{ users(first: 1) { edges { cursor } } }',
        {},
        {
          token: signedIn.accessToken,
        },
      );
      if (before.codes.length > 0) throw new Error('the way does not work, so that its end says nothing');
      await end();
      return signedIn;
    },
  };
}

/** The person signs in to a service, which lets them in until `then`. */
function isLetIn(
  access: 'OPEN' | 'CLOSED',
  then: (operator: Operator, slug: string, person: Person) => Promise<void>,
): Rule {
  return {
    covers: [],
    async breakIt(app, person): Promise<Subject> {
      const operator = new Operator(app);
      const slug = await operator.service(access);
      if (access === 'CLOSED') await operator.grant({ userId: person.id, permission: `${slug}:sign-in` });
      const signedIn = await app.given.login(person, slug);
      await then(operator, slug, person);
      return { ...signedIn, service: slug };
    },
  };
}

/** Everything that takes away what a person may do, or where they may sign in, while their session goes on. */
export const permissionRules = {
  'role revoked': {
    covers: [],
    async breakIt(app, person) {
      await new Operator(app).revoke({ userId: person.id, role: ADMINISTRATOR });
      return person;
    },
  },
  'permissions revoked': loses(async (operator, { id: userId }) => {
    for (const permission of ALL) await operator.grant({ userId, permission });
    return async () => {
      for (const permission of ALL) await operator.revoke({ userId, permission });
    };
  }),
  'grant expired': loses(async (operator, { id: userId }, app) => {
    const expiresAt = new Date(app.clock.now().getTime() + 60_000);
    await operator.grant({ userId, role: await operator.role(ALL), expiresAt });
    return () => app.clock.advance(60);
  }),
  'role emptied': loses(async (operator, { id: userId }) => {
    const role = await operator.role(ALL);
    await operator.grant({ userId, role });
    return () => operator.empty(role);
  }),
  'role deleted': loses(async (operator, { id: userId }) => {
    const role = await operator.role(ALL);
    await operator.grant({ userId, role });
    return () => operator.deleteRole(role);
  }),
  'removed from the group': loses(async (operator, { id: userId }) => {
    const groupId = await operator.group();
    await operator.grant({ groupId, role: ADMINISTRATOR });
    await operator.addTo(groupId, { userId });
    return () => operator.takeFrom(groupId, { userId });
  }),
  'group taken out of the group': loses(async (operator, { id: userId }) => {
    const [outer, middle, inner] = [await operator.group(), await operator.group(), await operator.group()];
    for (const permission of ALL) await operator.grant({ groupId: outer, permission });
    await operator.addTo(outer, { memberGroupId: middle });
    await operator.addTo(middle, { memberGroupId: inner });
    await operator.addTo(inner, { userId });
    return () => operator.takeFrom(outer, { memberGroupId: middle });
  }),
  'group deleted': loses(async (operator, { id: userId }) => {
    const groupId = await operator.group();
    await operator.grant({ groupId, role: ADMINISTRATOR });
    await operator.addTo(groupId, { userId });
    return () => operator.deleteGroup(groupId);
  }),
  'service closed': isLetIn('OPEN', (operator, slug) => operator.close(slug)),
  'sign-in to the service revoked': isLetIn('CLOSED', (operator, slug, { id: userId }) =>
    operator.revoke({ userId, permission: `${slug}:sign-in` }),
  ),
  'service removed': isLetIn('OPEN', (operator, slug) => operator.remove(slug)),
} satisfies Record<string, Rule>;
