import type { AuditEventType } from '../../../src/domain/audit/index.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  DeleteGroupDocument,
  DeleteServiceDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  RegisterServiceDocument,
  RemoveGroupMemberDocument,
  UpdateGroupDocument,
  UpdateServiceDocument,
} from '../../support/operations.js';
import { administrator } from './audited.js';
import { DESCRIPTION, forGood, nobody, start, terms, type Cause } from './permission-start.js';

/** Every kind of event about groups and services: what causes it, and the whole trail that this leaves. */
export const groupAndServiceCauses = {
  async 'group.created'(app) {
    const { audited, service } = await start(app);
    const input = { name: 'Day shift', description: DESCRIPTION, service: service.slug };
    const { group } = await audited.does(CreateGroupDocument, input);
    return [
      {
        ...{ type: 'group.created', actor: audited.id, ...nobody, subject: 'group Day shift' },
        ...{ before: null, after: input, details: { groupId: group.id } },
      },
    ];
  },
  async 'group.changed'(app) {
    const { audited, group } = await start(app);
    await audited.does(UpdateGroupDocument, { groupId: group.id, name: 'Late shift' });
    const as = (name: string) => ({ name, description: null, service: null });
    return [
      {
        ...{ type: 'group.changed', actor: audited.id, ...nobody, subject: 'group Night shift' },
        ...{ before: as('Night shift'), after: as('Late shift'), details: { groupId: group.id } },
      },
    ];
  },
  async 'group.deleted'(app) {
    const { admin, audited, ada, service, group, inGroup } = await start(app);
    await admin.does(AddGroupMemberDocument, { groupId: group.id, userId: ada.id });
    await admin.does(GrantPermissionDocument, { groupId: group.id, permission: service.read, ...terms });
    await admin.does(GrantRoleDocument, { groupId: group.id, role: 'Clerk' });
    await audited.does(DeleteGroupDocument, { groupId: group.id, confirm: true });
    const details = { because: 'group Night shift was deleted', ...inGroup };
    const event = { actor: audited.id, ...nobody, after: null };
    return [
      {
        ...{ ...event, type: 'group.deleted', subject: 'group Night shift' },
        before: { name: 'Night shift', description: null, service: null },
        details: { groupId: group.id, members: 1 },
      },
      {
        ...{ ...event, type: 'permission.revoked', subject: `permission ${service.read}` },
        ...{ before: terms, details },
      },
      { ...event, type: 'role.revoked', subject: 'role Clerk', before: forGood, details },
    ];
  },
  async 'group.member-added'(app) {
    const { admin, audited, ada, group } = await start(app);
    const { group: inner } = await admin.does(CreateGroupDocument, { name: 'Trainees' });
    const groupId = group.id;
    await audited.does(AddGroupMemberDocument, { groupId, userId: ada.id });
    await audited.does(AddGroupMemberDocument, { groupId, userId: ada.id }); // changes nothing
    await audited.does(AddGroupMemberDocument, { groupId, memberGroupId: inner.id });
    const event = {
      ...{ type: 'group.member-added', actor: audited.id, subject: 'group Night shift' },
      ...{ before: null, after: null },
    };
    const memberGroup = { memberGroup: 'Trainees', memberGroupId: inner.id };
    return [
      { ...event, user: ada.id, details: { groupId } },
      { ...event, ...nobody, details: { groupId, ...memberGroup } },
    ];
  },
  async 'group.member-removed'(app) {
    const { admin, audited, ada, group } = await start(app);
    const { group: inner } = await admin.does(CreateGroupDocument, { name: 'Trainees' });
    const groupId = group.id;
    for (const member of [{ userId: ada.id }, { memberGroupId: inner.id }]) {
      await admin.does(AddGroupMemberDocument, { groupId, ...member });
      await audited.does(RemoveGroupMemberDocument, { groupId, ...member });
    }
    const event = { type: 'group.member-removed', actor: audited.id, subject: 'group Night shift' };
    const memberGroup = { memberGroup: 'Trainees', memberGroupId: inner.id };
    return [
      { ...event, user: ada.id, details: { groupId } },
      { ...event, ...nobody, details: { groupId, ...memberGroup } },
    ];
  },
  async 'service.registered'(app) {
    const { audited } = await administrator(app);
    await audited.does(RegisterServiceDocument, {
      ...{ slug: 'orders', name: 'Orders', description: DESCRIPTION, access: 'CLOSED' },
      permissions: [{ name: 'refund' }],
      roles: [{ name: 'orders-clerk', permissions: ['refund'] }],
    });
    const declared = { type: 'permission.declared', actor: audited.id, ...nobody, before: null };
    return [
      ...['permissions.manage', 'sign-in', 'refund'].map((name) => ({
        ...declared,
        subject: `permission orders:${name}`,
      })),
      {
        ...{ type: 'role.created', actor: audited.id, subject: 'role orders-clerk', before: null },
        after: { name: 'orders-clerk', description: null, permissions: ['orders:refund'] },
      },
      {
        ...{ type: 'service.registered', actor: audited.id, ...nobody, subject: 'service orders' },
        ...{
          before: null,
          after: { name: 'Orders', description: DESCRIPTION, access: 'CLOSED' },
          details: {},
        },
      },
    ];
  },
  async 'service.changed'(app) {
    const { audited, service } = await start(app);
    const { slug, name } = service;
    await audited.does(UpdateServiceDocument, { slug, access: 'CLOSED' });
    const before = { name, description: null, access: 'OPEN' };
    return [
      {
        ...{ type: 'service.changed', actor: audited.id, ...nobody, subject: `service ${slug}`, before },
        ...{ after: { ...before, access: 'CLOSED' }, details: {} },
      },
    ];
  },
  async 'service.removed'(app) {
    const { admin, audited } = await administrator(app);
    const roles = [{ name: 'own role', permissions: ['refund'] }];
    const { slug, name } = await app.given.service({ permissions: [{ name: 'refund' }], roles }, admin);
    const ada = await app.given.user();
    await admin.does(GrantRoleDocument, { userId: ada.id, role: 'own role' });
    await audited.does(DeleteServiceDocument, { slug, confirm: true });
    const event = { actor: audited.id, after: null };
    return [
      ...['permissions.manage', 'refund', 'sign-in'].map((what) => ({
        ...{ ...event, type: 'permission.removed', ...nobody, subject: `permission ${slug}:${what}` },
      })),
      { ...event, type: 'role.deleted', subject: 'role own role' },
      {
        ...{ ...event, type: 'role.revoked', user: ada.id, subject: 'role own role', before: forGood },
        details: { because: 'role own role was deleted' },
      },
      {
        ...{ ...event, type: 'service.removed', ...nobody, subject: `service ${slug}`, details: {} },
        before: { name, description: null, access: 'OPEN' },
      },
    ];
  },
} satisfies Partial<Record<AuditEventType, Cause>>;
