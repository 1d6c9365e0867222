import { Actor } from '../../support/actor.js';
import type { TestApp } from '../../support/test-app.js';

const REQUEST_ID = 'audited-request-1';

/** Headers of the request whose trail is read. */
export const headers = {
  'x-request-id': REQUEST_ID,
  'x-forwarded-for': '198.51.100.77',
  'user-agent': 'AuditedBrowser/1.0',
};

/** What every event of that request says of where it came from. */
export const from = { ip: '198.51.100.77', agent: 'AuditedBrowser/1.0' };

export interface Event {
  type: string;
  actor: string | null;
  user: string | null;
  session: string | null;
  subject: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  ip: string | null;
  agent: string | null;
  details: Record<string, unknown>;
}

/** What the audited request has left, in order of type. `subject` is its kind and its name. */
export const trail = (app: TestApp) =>
  app.sql<Event>(
    `SELECT type, actor_id AS actor, user_id AS user, session_id AS session,
       subject_kind || ' ' || subject_name AS subject, before, after,
       ip_address AS ip, user_agent AS agent, details
     FROM audit_events WHERE request_id = $1 ORDER BY type, id`,
    [REQUEST_ID],
  );

/** An event of an account: nothing in it is about roles, groups, permissions or services. */
export const ofAccount = { subject: null, before: null, after: null };

/** A new administrator, and the same one whose requests are audited. */
export async function administrator(app: TestApp) {
  const admin = await app.given.administrator();
  return { admin: new Actor(app.client, admin), audited: new Actor(app.client, admin, headers) };
}
