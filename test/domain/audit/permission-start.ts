import { CreateGroupDocument, CreateRoleDocument } from '../../support/operations.js';
import type { TestApp } from '../../support/test-app.js';
import { administrator, type Event } from './audited.js';

export const DESCRIPTION = 'What the test says of it';
const EXPIRES = '2099-01-01T00:00:00.000Z';
export const terms = { reason: 'holiday cover', expiresAt: EXPIRES };
export const forGood = { reason: null, expiresAt: null };
/** No user is meant and no session ends. */
export const nobody = { user: null, session: null };

export type Cause = (app: TestApp) => Promise<Partial<Event>[]>;

/** What most of them start from. */
export async function start(app: TestApp) {
  const { admin, audited } = await administrator(app);
  const service = await app.given.service({ roles: [] }, admin);
  const ada = await app.given.user();
  const { role } = await admin.does(CreateRoleDocument, { name: 'Clerk', permissions: [service.refund] });
  const { group } = await admin.does(CreateGroupDocument, { name: 'Night shift' });
  const inGroup = { group: 'Night shift', groupId: group.id };
  return { admin, audited, service, ada, role, group, inGroup };
}
