import { defineEntity, p } from '@mikro-orm/core';

/** A service that has yet to hear of a logout. The row goes when it has, or when nobody could tell it for a day. */
export const LogoutDelivery = defineEntity({
  name: 'LogoutDelivery',
  tableName: 'logout_deliveries',
  properties: {
    id: p.uuid().primary(),
    clientId: p.text(),
    userId: p.uuid(),
    sessionId: p.uuid(),
    createdAt: p.datetime(),
    nextAttemptAt: p.datetime(),
    attempts: p.integer(),
  },
  indexes: [{ properties: ['clientId', 'nextAttemptAt'], name: 'logout_deliveries_client_id_index' }],
});
