import { randomBytes } from 'node:crypto';
import type { TestApp } from '../support/test-app.js';

/** A service with a role that a person made, a group, and an account that has all that there is to have. */
export interface Made {
  slug: string;
  permission: string;
  role: string;
  groupId: string;
}

type Outcome = { kind: string };

/** Fails unless the outcome is the expected one. */
async function expecting<Kind extends string, All extends Outcome>(
  kind: Kind,
  outcome: Promise<All>,
): Promise<Extract<All, { kind: Kind }>> {
  const found = await outcome;
  if (found.kind !== kind) throw new Error(`${JSON.stringify(found)} instead of ${kind}`);
  return found as Extract<All, { kind: Kind }>;
}

/** Changes made by an operator at the machine, who needs no account and no token. */
export class Operator {
  constructor(private readonly app: TestApp) {}

  async service(access: 'OPEN' | 'CLOSED' = 'OPEN'): Promise<string> {
    const slug = this.app.given.slug();
    const permissions = [{ name: 'refund', description: null, deprecated: null }];
    const manifest = { slug, name: slug, description: null, access, permissions, roles: [] };
    await expecting('applied', this.app.identity.useCases.registerService(manifest, null, null));
    return slug;
  }

  async close(slug: string): Promise<void> {
    const update = { slug, access: 'CLOSED' as const };
    await expecting('applied', this.app.identity.useCases.updateService(update, false, null, null));
  }

  async remove(slug: string): Promise<void> {
    const input = { slug, confirm: true };
    await expecting('deleted', this.app.identity.useCases.deleteService(input, null, null));
  }

  async role(permissions: string[]): Promise<string> {
    const name = `role ${randomBytes(6).toString('hex')}`;
    await expecting('saved', this.app.identity.useCases.createRole({ name, permissions }, null, null));
    return name;
  }

  async empty(role: string): Promise<void> {
    const change = { name: role, permissions: [] };
    await expecting('saved', this.app.identity.useCases.updateRole(change, null, null));
  }

  async deleteRole(name: string): Promise<void> {
    await expecting('deleted', this.app.identity.useCases.deleteRole({ name, confirm: true }, null, null));
  }

  async group(): Promise<string> {
    const name = `group ${randomBytes(6).toString('hex')}`;
    return (await expecting('saved', this.app.identity.useCases.createGroup({ name }, null, null))).groupId;
  }

  async deleteGroup(groupId: string): Promise<void> {
    const input = { groupId, confirm: true };
    await expecting('deleted', this.app.identity.useCases.deleteGroup(input, null, null));
  }

  async addTo(groupId: string, member: { userId: string } | { memberGroupId: string }): Promise<void> {
    const input = { groupId, ...member };
    await expecting('changed', this.app.identity.useCases.addGroupMember(input, null, null));
  }

  async takeFrom(groupId: string, member: { userId: string } | { memberGroupId: string }): Promise<void> {
    const input = { groupId, ...member };
    await expecting('changed', this.app.identity.useCases.removeGroupMember(input, null, null));
  }

  async grant(input: Parameters<TestApp['identity']['useCases']['grant']>[0]): Promise<void> {
    await expecting('granted', this.app.identity.useCases.grant(input, null, null));
  }

  async revoke(input: Parameters<TestApp['identity']['useCases']['revoke']>[0]): Promise<void> {
    await expecting('revoked', this.app.identity.useCases.revoke(input, null, null));
  }

  /** One of everything, given to an account. */
  async everything(userId: string): Promise<Made> {
    const slug = await this.service();
    const permission = `${slug}:refund`;
    const [role, groupId] = [await this.role([permission]), await this.group()];
    await this.addTo(groupId, { userId });
    await this.grant({ userId, role });
    await this.grant({ userId, permission });
    return { slug, permission, role, groupId };
  }
}
