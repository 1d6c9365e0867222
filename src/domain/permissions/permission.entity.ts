import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** Something that a service lets some people do. Its name, with the slug in front, never changes. */
export const Permission = defineEntity({
  name: 'Permission',
  tableName: 'permissions',
  properties: {
    name: p.text().primary(),
    service: p.text().index(),
    description: p.text().nullable(),
    /** What to use instead, in words; null for one in use. A deprecated one stays in force and cannot be granted anew. */
    deprecated: p.text().nullable(),
    createdAt: p.datetime(),
  },
});
export type Permission = InferEntity<typeof Permission>;
