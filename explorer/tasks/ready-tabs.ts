import type { Choices } from './choices';
import { dailyTasks, type DailyTask, type Subject } from './daily-tasks';

/** Permissions to administer, which nobody wants to give by accident. */
const ADMINISTRATIVE = /^signet:|:(permissions\.manage|sign-in)$/;

/**
 * What ready tabs are about before anybody has chosen: a permission and a role of a product, if there are
 * any, and never a role of Signet itself.
 */
export function firstSubject({ permissions, roles }: Choices): Subject {
  const ofProducts = permissions.filter((name) => !ADMINISTRATIVE.test(name));
  const permission = ofProducts.find((name) => name === 'orders:refund') ?? ofProducts[0];
  const role = roles.find(({ service }) => service && service.slug !== 'signet');
  return { person: null, permission: permission ?? 'signet:users.read', role: role?.name ?? '' };
}

/** Variables of a task, as they stand in the editor. */
export function variablesText(task: DailyTask, subject: Subject, viewerId: string): string {
  return JSON.stringify(task.variables(subject, viewerId, new Date()), null, 2);
}

export interface ReadyTab {
  query: string;
  variables: string;
}

/** The tabs that are there at the first visit. */
export function readyTabs(choices: Choices, viewerId: string): ReadyTab[] {
  const subject = firstSubject(choices);
  return dailyTasks
    .filter(({ isReady }) => isReady)
    .map((task) => ({ query: task.query, variables: variablesText(task, subject, viewerId) }));
}
