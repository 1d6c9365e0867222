import type { Choices } from './choices';
import { dailyTasks, type DailyTask, type Subject } from './daily-tasks';

/** What ready tabs are about before anybody has chosen: a permission of a product, if there is one. */
export function firstSubject({ permissions, roles }: Choices): Subject {
  const ofProducts = permissions.filter((name) => !/^signet:|:(permissions\.manage|sign-in)$/.test(name));
  const permission =
    ofProducts.find((name) => name === 'orders:refund') ?? ofProducts[0] ?? permissions[0] ?? 'orders:refund';
  return { person: null, permission, role: roles[0] ?? 'Order clerk' };
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
