import type { AuditEventType } from '../../../src/domain/audit/index.js';
import {
  CreateRoleDocument,
  DeleteRoleDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  RevokePermissionDocument,
  RevokeRoleDocument,
  UpdateRoleDocument,
  UpdateServiceDocument,
} from '../../support/operations.js';
import { DESCRIPTION, forGood, nobody, start, terms, type Cause } from './permission-start.js';

/** Every kind of event about permissions and roles: what causes it, and the whole trail that this leaves. */
export const permissionCauses = {
  async 'permission.granted'(app) {
    const { audited, ada, service, group, inGroup } = await start(app);
    const permission = service.refund;
    await audited.does(GrantPermissionDocument, { userId: ada.id, permission, ...terms });
    await audited.does(GrantPermissionDocument, { userId: ada.id, permission });
    await audited.does(GrantPermissionDocument, { userId: ada.id, permission }); // changes nothing
    await audited.does(GrantPermissionDocument, { groupId: group.id, permission });
    const event = { type: 'permission.granted', actor: audited.id, subject: `permission ${permission}` };
    return [
      { ...event, user: ada.id, session: null, before: null, after: terms, details: {} },
      { ...event, user: ada.id, session: null, before: terms, after: forGood, details: {} },
      { ...event, ...nobody, before: null, after: forGood, details: inGroup },
    ];
  },
  async 'permission.revoked'(app) {
    const { admin, audited, ada, service, group, inGroup } = await start(app);
    const permission = service.refund;
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission, ...terms });
    await admin.does(GrantPermissionDocument, { groupId: group.id, permission });
    await audited.does(RevokePermissionDocument, { userId: ada.id, permission, reason: 'back at work' });
    await audited.does(RevokePermissionDocument, { groupId: group.id, permission });
    const event = { type: 'permission.revoked', actor: audited.id, subject: `permission ${permission}` };
    return [
      { ...event, user: ada.id, before: terms, after: null, details: { reason: 'back at work' } },
      { ...event, ...nobody, before: forGood, after: null, details: inGroup },
    ];
  },
  async 'permission.declared'(app) {
    const { audited, service } = await start(app);
    const permissions = [...service.permissions, { name: 'void', description: DESCRIPTION }];
    await audited.does(UpdateServiceDocument, { slug: service.slug, permissions });
    const after = { description: DESCRIPTION, deprecated: null };
    const subject = `permission ${service.slug}:void`;
    return [
      {
        type: 'permission.declared',
        actor: audited.id,
        ...nobody,
        subject,
        before: null,
        after,
        details: {},
      },
    ];
  },
  async 'permission.changed'(app) {
    const { audited, service } = await start(app);
    const permissions = [{ name: 'read' }, { name: 'refund', deprecated: 'Use void.' }];
    await audited.does(UpdateServiceDocument, { slug: service.slug, permissions });
    const before = { description: null, deprecated: null };
    const after = { description: null, deprecated: 'Use void.' };
    const subject = `permission ${service.refund}`;
    return [
      { type: 'permission.changed', actor: audited.id, ...nobody, subject, before, after, details: {} },
    ];
  },
  async 'permission.removed'(app) {
    const { admin, audited, ada, service, group, inGroup } = await start(app);
    const { slug, refund } = service;
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: refund, ...terms });
    await admin.does(GrantPermissionDocument, { groupId: group.id, permission: refund });
    const deprecated = { slug, permissions: [{ name: 'read' }, { name: 'refund', deprecated: 'Gone.' }] };
    await admin.does(UpdateServiceDocument, deprecated);
    await audited.does(UpdateServiceDocument, { slug, permissions: [{ name: 'read' }], confirm: true });
    const because = { because: `permission ${refund} was removed` };
    const event = { actor: audited.id, subject: `permission ${refund}`, after: null };
    const role = { name: 'Clerk', description: null };
    return [
      {
        ...{ ...event, type: 'permission.removed', ...nobody, details: {} },
        before: { description: null, deprecated: 'Gone.' },
      },
      { ...event, type: 'permission.revoked', user: ada.id, before: terms, details: because },
      {
        ...{ ...event, type: 'permission.revoked', ...nobody, before: forGood },
        details: { ...because, ...inGroup },
      },
      {
        ...{ type: 'role.changed', actor: audited.id, subject: 'role Clerk' },
        ...{ before: { ...role, permissions: [refund] }, after: { ...role, permissions: [] } },
      },
    ];
  },
  async 'role.created'(app) {
    const { audited, service } = await start(app);
    const { read, refund } = service;
    const role = { name: 'Agent', description: DESCRIPTION };
    await audited.does(CreateRoleDocument, { ...role, permissions: [refund, read] });
    const after = { ...role, permissions: [read, refund] };
    return [
      {
        ...{ type: 'role.created', actor: audited.id, ...nobody, subject: 'role Agent' },
        ...{ before: null, after, details: {} },
      },
    ];
  },
  async 'role.changed'(app) {
    const { audited, service } = await start(app);
    const { read, refund } = service;
    await audited.does(UpdateRoleDocument, { name: 'Clerk', newName: 'Cashier', permissions: [read] });
    return [
      {
        ...{ type: 'role.changed', actor: audited.id, ...nobody, subject: 'role Clerk', details: {} },
        before: { name: 'Clerk', description: null, permissions: [refund] },
        after: { name: 'Cashier', description: null, permissions: [read] },
      },
    ];
  },
  async 'role.deleted'(app) {
    const { admin, audited, ada, service, group, inGroup } = await start(app);
    await admin.does(GrantRoleDocument, { userId: ada.id, role: 'Clerk', ...terms });
    await admin.does(GrantRoleDocument, { groupId: group.id, role: 'Clerk' });
    await audited.does(DeleteRoleDocument, { name: 'Clerk', confirm: true });
    const because = { because: 'role Clerk was deleted' };
    const event = { actor: audited.id, subject: 'role Clerk', after: null };
    return [
      {
        ...{ ...event, type: 'role.deleted', ...nobody, details: {} },
        before: { name: 'Clerk', description: null, permissions: [service.refund] },
      },
      { ...event, type: 'role.revoked', user: ada.id, before: terms, details: because },
      {
        ...{ ...event, type: 'role.revoked', ...nobody, before: forGood },
        details: { ...because, ...inGroup },
      },
    ];
  },
  async 'role.granted'(app) {
    const { audited, ada, group, inGroup } = await start(app);
    // The role of an administrator is written down as well, by whoever was at the machine.
    const first = await app.sql<{ actor: string | null; subject: string; after: object }>(
      `SELECT actor_id AS actor, subject_kind || ' ' || subject_name AS subject, after
       FROM audit_events WHERE type = 'role.granted' AND user_id = $1`,
      [audited.id],
    );
    const after = { reason: 'administrator', expiresAt: null };
    expect(first).toEqual([{ actor: null, subject: 'role administrator', after }]);

    await audited.does(GrantRoleDocument, { userId: ada.id, role: 'clerk', ...terms });
    await audited.does(GrantRoleDocument, { groupId: group.id, role: 'Clerk' });
    const event = { type: 'role.granted', actor: audited.id, subject: 'role Clerk', before: null };
    return [
      { ...event, user: ada.id, after: terms, details: {} },
      { ...event, ...nobody, after: forGood, details: inGroup },
    ];
  },
  async 'role.revoked'(app) {
    const { admin, audited, ada, group, inGroup } = await start(app);
    await admin.does(GrantRoleDocument, { userId: ada.id, role: 'Clerk', ...terms });
    await admin.does(GrantRoleDocument, { groupId: group.id, role: 'Clerk' });
    await audited.does(RevokeRoleDocument, { userId: ada.id, role: 'Clerk', reason: 'left' });
    await audited.does(RevokeRoleDocument, { groupId: group.id, role: 'Clerk' });
    const event = { type: 'role.revoked', actor: audited.id, subject: 'role Clerk', after: null };
    return [
      { ...event, user: ada.id, before: terms, details: { reason: 'left' } },
      { ...event, ...nobody, before: forGood, details: inGroup },
    ];
  },
} satisfies Partial<Record<AuditEventType, Cause>>;
