/**
 * audit owns the trail of who changed what and who signed in. It is written in the transaction of the
 * change and must never be changed or read by the code that decides.
 */
export { AuditEvent } from './audit-event.entity.js';
export { recordEvents, AUDIT_EVENT_TYPES, type AuditEventType, type AuditEntry } from './record-event.js';
export { createCheckAppendOnly } from './check-append-only.js';
export { createListEvents, type EventPage } from './list-events.js';
export { createExportEvents, type ExportEvents } from './export-events.js';
export type { EventFilter, EventRecord } from './event-page.js';
