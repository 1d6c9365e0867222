/**
 * mail owns the outbox of notices: written in the transaction that causes them, sent after it, tried
 * again through restarts. It must not decide who is told what.
 */
export { OutgoingMail } from './outgoing-mail.entity.js';
export { queueMail } from './queue-mail.js';
export { createDeliverMail, MAIL_LIFETIME_SECONDS } from './deliver-mail.js';
