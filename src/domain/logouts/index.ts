/**
 * logouts owns the outbox by which services hear that somebody is signed out of them: written in the transaction that is
 * the reason, delivered after it, tried again through restarts. It must not decide when a session ends.
 */
export { queueLogouts, type SignedInTo } from './queue-logouts.js';
export { createDeliverLogouts } from './deliver-logouts.js';
export { createMeasureLogouts } from './measure-logouts.js';
export { LogoutDelivery } from './logout-delivery.entity.js';
