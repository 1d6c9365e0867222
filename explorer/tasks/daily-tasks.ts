import type { PersonChoice } from './choices';
import text from './daily-tasks.graphql?raw';
import { splitOperations } from './split-operations';

/** What the variables of a ready tab are about. */
export interface Subject {
  /** Whom somebody chose. */
  person: PersonChoice | null;
  permission: string;
  role: string;
}

export interface DailyTask {
  /** Of the operation, and so of its tab. */
  name: string;
  /** Whether running it changes anything. */
  kind: 'look' | 'change';
  title: string;
  summary: string;
  /** The permission of Signet without which it is refused. */
  needs: string;
  /** Whether it also works for who manages the permissions of one service, about those. */
  isForManagers: boolean;
  /** Whether a tab for it is there from the beginning. */
  isReady: boolean;
  query: string;
  variables(subject: Subject, viewerId: string, now: Date): Record<string, unknown>;
}

/** Whether the server will refuse it to who holds these permissions, as far as that can be told beforehand. */
export function isRefused({ needs, isForManagers }: DailyTask, held: string[]): boolean {
  if (held.includes(needs)) return false;
  return !(isForManagers && held.some((name) => name.endsWith(':permissions.manage')));
}

/** Never a real id: what changes something must not do so before somebody has said to whom. */
export const NOBODY_YET = 'the id that FindUser shows';
const WEEK_MS = 7 * 24 * 3600 * 1000;
/** When a grant of a week ends. */
export const aWeekFrom = (now: Date) => new Date(now.getTime() + WEEK_MS).toISOString();

const operations = splitOperations(text);

const task = (name: string, details: Omit<DailyTask, 'name' | 'query'>): DailyTask => ({
  name,
  query: operations.get(name)!,
  ...details,
});

export const dailyTasks: DailyTask[] = [
  task('FindUser', {
    kind: 'look',
    title: 'Find a user',
    summary: 'By name or address, with roles and sessions.',
    needs: 'signet:users.read',
    isForManagers: false,
    isReady: true,
    variables: ({ person }) => ({ search: person?.email ?? '' }),
  }),
  task('WhyCanSheRefund', {
    kind: 'look',
    title: 'Why can she refund?',
    summary: 'Every path that gives somebody a permission.',
    needs: 'signet:permissions.read',
    isForManagers: true,
    isReady: true,
    variables: ({ person, permission }, viewerId) => ({ userId: person?.id ?? viewerId, permission }),
  }),
  task('WhoHolds', {
    kind: 'look',
    title: 'Who holds a permission?',
    summary: 'Everybody who has it now, and by what.',
    needs: 'signet:permissions.read',
    isForManagers: false,
    isReady: true,
    variables: ({ permission }) => ({ permission }),
  }),
  task('GrantForAWeek', {
    kind: 'change',
    title: 'Grant for a week',
    summary: 'A permission that ends by itself.',
    needs: 'signet:permissions.manage',
    isForManagers: true,
    isReady: true,
    variables: ({ person, permission }, _viewerId, now) => ({
      input: { userId: person?.id ?? NOBODY_YET, permission, reason: 'Ticket …', expiresAt: aWeekFrom(now) },
    }),
  }),
  task('Revoke', {
    kind: 'change',
    title: 'Revoke a permission',
    summary: 'At once; says what still gives it.',
    needs: 'signet:permissions.manage',
    isForManagers: true,
    isReady: true,
    variables: ({ person, permission }) => ({ input: { userId: person?.id ?? NOBODY_YET, permission } }),
  }),
  task('LastChanges', {
    kind: 'look',
    title: 'Last changes',
    summary: 'The audit trail, newest first.',
    needs: 'signet:audit.read',
    isForManagers: false,
    isReady: true,
    variables: ({ person }) => ({ type: null, userId: person?.id ?? null }),
  }),
  task('GrantRoleForAWeek', {
    kind: 'change',
    title: 'Grant a role for a week',
    summary: 'All its permissions, until they end.',
    needs: 'signet:permissions.manage',
    isForManagers: true,
    isReady: false,
    variables: ({ person, role }, _viewerId, now) => ({
      input: { userId: person?.id ?? NOBODY_YET, role, reason: 'Ticket …', expiresAt: aWeekFrom(now) },
    }),
  }),
  task('RevokeRole', {
    kind: 'change',
    title: 'Revoke a role',
    summary: 'At once, everywhere.',
    needs: 'signet:permissions.manage',
    isForManagers: true,
    isReady: false,
    variables: ({ person, role }) => ({ input: { userId: person?.id ?? NOBODY_YET, role } }),
  }),
  task('SuspendUser', {
    kind: 'change',
    title: 'Suspend an account',
    summary: 'Ends all sessions and keeps them out.',
    needs: 'signet:users.manage',
    isForManagers: false,
    isReady: false,
    variables: ({ person }) => ({ input: { userId: person?.id ?? NOBODY_YET } }),
  }),
];
