import { defineEntity, p } from '@mikro-orm/core';

/** OPEN lets everybody sign in to it; CLOSED only holders of `<slug>:sign-in`. */
export const SERVICE_ACCESS = ['OPEN', 'CLOSED'] as const;
export type ServiceAccess = (typeof SERVICE_ACCESS)[number];

/** A product that trusts Signet. Its slug never changes, since every permission carries it. */
export const Service = defineEntity({
  name: 'Service',
  tableName: 'services',
  properties: {
    slug: p.text().primary(),
    name: p.text(),
    description: p.text().nullable(),
    access: p.text().$type<ServiceAccess>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
