import type { ServicePlanQuery } from './operation-types.js';
import { columns, count, visible, type Paint, type Style } from './terminal.js';

export type Plan = Extract<ServicePlanQuery['servicePlan'], { __typename: 'ServicePlanSuccess' }>;
export type Change = Plan['changes'][number];
export type Loss = Plan['losses'][number];
type State = Record<string, unknown>;

const SIGNS: Record<Change['action'], { sign: string; style: Style }> = {
  ADD: { sign: '+', style: 'green' },
  CHANGE: { sign: '~', style: 'yellow' },
  DEPRECATE: { sign: '~', style: 'yellow' },
  RESTORE: { sign: '~', style: 'yellow' },
  REMOVE: { sign: '-', style: 'red' },
};

/** The difference as people read it: what comes, what changes and how, what goes, and who loses what. */
export function renderPlan(plan: Plan, paint: Paint): string {
  const widest = Math.max(...plan.changes.map(({ name }) => Array.from(name).length));
  return [
    ...plan.changes.map((change) => renderChange(change, widest, paint)),
    ...(plan.losses.length > 0 ? ['', renderLosses(plan.losses, paint)] : []),
  ].join('\n');
}

/** `3 people lose orders:refund: Ada, Bob, Cy` */
export function renderLosses(losses: Loss[], paint: Paint): string {
  return losses
    .map(({ permission, userCount, users }) => {
      const names = users.map(({ name }) => visible(name));
      const more = userCount > users.length ? [`and ${userCount - users.length} more`] : [];
      const people = count(userCount, 'person loses', 'people lose');
      return `  ${paint('red', `! ${people} ${visible(permission)}`)}: ${[...names, ...more].join(', ')}`;
    })
    .join('\n');
}

/** `2 to add, 1 to change` */
export function tally(changes: Change[], words: Record<'+' | '~' | '-', string>): string {
  return (['+', '~', '-'] as const)
    .map((sign) => ({ sign, of: changes.filter(({ action }) => SIGNS[action].sign === sign).length }))
    .filter(({ of }) => of > 0)
    .map(({ sign, of }) => `${of} ${words[sign]}`)
    .join(', ');
}

function renderChange(change: Change, widest: number, paint: Paint): string {
  const { sign, style } = SIGNS[change.action];
  const title = [change.kind.toLowerCase().padEnd(10), visible(change.name).padEnd(widest)].join('  ');
  const head = `  ${paint(style, `${sign} ${title}`)}  ${aboutOf(change)}`.trimEnd();
  const details = detailsOf(change, paint);
  if (details.length === 0) return head;
  const lines = columns(details).split('\n');
  return [head, ...lines.map((line) => `      ${line}`)].join('\n');
}

/** What is said beside the name. */
function aboutOf({ action, before, after }: Change): string {
  const { description, name, deprecated } = (after ?? before ?? {}) as State;
  const hint = deprecated == null ? '' : `deprecated: ${shown(deprecated)}`;
  switch (action) {
    case 'ADD':
      return [shown(description ?? name), ...(hint ? [`(${hint})`] : [])].join(' ');
    case 'REMOVE':
      return shown(description ?? name);
    case 'DEPRECATE':
      return hint;
    case 'RESTORE':
      return 'in use again';
    case 'CHANGE':
      return '';
  }
}

/** What is said below the name, a line for each thing. */
function detailsOf({ action, before, after }: Change, paint: Paint): string[][] {
  if (action === 'REMOVE') return [];
  if (action === 'ADD') return differences({}, { permissions: after?.['permissions'] }, paint);
  return differences(before ?? {}, after ?? {}, paint, action === 'CHANGE' ? [] : ['deprecated']);
}

/** Each thing that differs between two states: lists by what comes and goes, the rest as `old → new`. */
function differences(before: State, after: State, paint: Paint, told: string[] = []): string[][] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [old, present] = [before[key] ?? null, after[key] ?? null];
    if (told.includes(key) || JSON.stringify(old) === JSON.stringify(present)) return [];
    if (Array.isArray(old) || Array.isArray(present)) {
      const [had, has] = [listOf(old), listOf(present)];
      const items = [
        ...has.filter((item) => !had.includes(item)).map((item) => paint('green', `+ ${item}`)),
        ...had.filter((item) => !has.includes(item)).map((item) => paint('red', `- ${item}`)),
      ];
      return items.length > 0 ? [[key, items.join('  ')]] : [];
    }
    return [[key, `${quoted(old)} → ${quoted(present)}`]];
  });
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(shown) : [];
}

function quoted(value: unknown): string {
  return value === null ? '(none)' : `"${shown(value)}"`;
}

function shown(value: unknown): string {
  return visible(typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value));
}
