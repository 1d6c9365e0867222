import type { ClientBase } from 'pg';
import { insertAuditEvents } from './audit-trail.js';
import type { Catalogue } from './catalogue.js';
import { insertCatalogue, insertGroups } from './declared.js';
import {
  insertAdministrator,
  insertMemberships,
  insertPermissionGrants,
  insertRoleGrants,
} from './grants.js';
import type { Groups } from './groups.js';
import { insertPeople, type PasswordHashes } from './people.js';
import type { SeedPlan } from './plan.js';

/** A part of the seed, carried out in batches: rows `first` to `last` of it, counted from 1. */
export interface Step {
  name: string;
  rows: number;
  /** Everything at once instead of in batches. */
  whole?: true;
  insert(client: ClientBase, range: [first: number, last: number]): Promise<void>;
}

export interface Material {
  plan: SeedPlan;
  catalogue: Catalogue;
  groups: Groups;
  /** Numbers of users whose place is taken by somebody who was there before. */
  residents: number[];
  hashes: PasswordHashes;
}

/** In the order in which later rows refer to earlier ones. */
export function stepsOf({ plan, catalogue, groups, residents, hashes }: Material): Step[] {
  const { services, permissions, roles } = catalogue;
  return [
    {
      name: 'services, permissions, roles',
      rows: services.length + permissions.length + roles.length,
      whole: true,
      insert: (client) => insertCatalogue(client, catalogue, plan),
    },
    {
      name: 'groups',
      rows: groups.groups.length,
      whole: true,
      insert: (client) => insertGroups(client, groups, plan),
    },
    {
      name: 'users',
      rows: plan.users,
      insert: (client, range) => insertPeople(client, range, residents, hashes),
    },
    {
      name: 'members of groups',
      rows: plan.users,
      insert: (client, range) => insertMemberships(client, range, residents, plan.groups),
    },
    {
      name: 'grants',
      rows: plan.users,
      async insert(client, range) {
        if (range[0] === 1) await insertAdministrator(client, residents);
        await insertRoleGrants(client, range, residents);
        await insertPermissionGrants(client, range, residents, plan);
      },
    },
    {
      name: 'audit events',
      rows: plan.auditEvents,
      insert: (client, range) => insertAuditEvents(client, range, plan),
    },
  ];
}
