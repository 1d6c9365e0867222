import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** A notice that waits to be sent. The row goes when the mail server has taken it. */
export const OutgoingMail = defineEntity({
  name: 'OutgoingMail',
  tableName: 'outgoing_mails',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    recipient: p.text().hidden(),
    subject: p.text(),
    text: p.text().hidden(),
    createdAt: p.datetime(),
    nextAttemptAt: p.datetime().index(),
    attempts: p.integer(),
  },
});
export type OutgoingMail = InferEntity<typeof OutgoingMail>;
