import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** One line of the audit trail. Written once, never changed. */
export const AuditEvent = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_events',
  properties: {
    id: p.uuid().primary(),
    occurredAt: p.datetime(),
    type: p.text(),
    actorId: p.uuid().nullable(),
    userId: p.uuid().nullable(),
    sessionId: p.uuid().nullable(),
    subjectKind: p.text().nullable(),
    subjectName: p.text().nullable(),
    before: p.json().$type<Record<string, unknown>>().nullable(),
    after: p.json().$type<Record<string, unknown>>().nullable(),
    ipAddress: p.text().nullable(),
    userAgent: p.text().nullable(),
    requestId: p.text().nullable(),
    details: p.json().$type<Record<string, unknown>>(),
  },
  indexes: [
    { properties: ['userId', 'id'] },
    { properties: ['actorId', 'id'] },
    { properties: ['type', 'id'] },
  ],
});
export type AuditEvent = InferEntity<typeof AuditEvent>;
