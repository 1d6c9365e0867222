import type pg from 'pg';
import type { PostgresProxy } from './postgres-proxy.js';

/** How PostgreSQL carried out one statement. */
export interface Plan {
  /** The text as it was sent. */
  statement: string;
  /** Kinds of nodes, from the top, such as `Index Scan`, without repetition. */
  nodes: string[];
  reads: Read[];
}

/** How a statement looked at a table. */
export interface Read {
  table: string;
  /** `Seq Scan` is from end to end. */
  by: string;
  /** Rows that were looked at, those thrown away included. */
  rows: number;
}

export interface Watched {
  /** Executions of prepared statements, and simple queries. */
  statements: number;
  plans: Plan[];
}

/** How prepared statements are planned: once for all values, as PostgreSQL may do after five executions, or for these. */
export type PlanMode = 'force_generic_plan' | 'force_custom_plan';

const NOTICE = 'to-server:N';

/**
 * Makes PostgreSQL report the plan of every statement, with rows, to whoever sent it; for connections to this
 * database from now on.
 */
export async function reportPlans(superuser: pg.ClientBase, database: string, mode: PlanMode): Promise<void> {
  const settings = {
    plan_cache_mode: mode,
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_level': 'notice',
    'auto_explain.log_format': 'json',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
  };
  for (const [name, value] of Object.entries(settings))
    await superuser.query(`ALTER DATABASE ${database} SET ${name} = '${value}'`);
}

/** Takes that back. */
export async function reportNoPlans(superuser: pg.ClientBase, database: string): Promise<void> {
  await superuser.query(`ALTER DATABASE ${database} RESET ALL`);
}

/** Tables that grow with users and with time. The others hold what services declare and administrators set up. */
export const GROWING_TABLES = new Set([
  'users',
  'user_emails',
  'password_credentials',
  'sessions',
  'group_members',
  'role_grants',
  'permission_grants',
  'audit_events',
]);

/** Every look at a table that grows. */
export function growingReads({ plans }: Watched): Read[] {
  return plans.flatMap(({ reads }) => reads).filter(({ table }) => GROWING_TABLES.has(table));
}

export function rowsOf(reads: Read[]): number {
  return reads.reduce((sum, { rows }) => sum + rows, 0);
}

/** What passes to PostgreSQL while `operation` runs, and how it was carried out. Needs `reportPlans` before. */
export async function watchStatements(
  proxy: PostgresProxy,
  operation: () => Promise<unknown>,
): Promise<Watched> {
  const watched: Watched = { statements: 0, plans: [] };
  proxy.watch(({ direction, type, bytes }) => {
    if (direction === 'to-postgres' && (type === 'E' || type === 'Q')) watched.statements += 1;
    if (`${direction}:${type}` === NOTICE) watched.plans.push(...planOf(noticeText(bytes)));
    return 'forward';
  });
  try {
    await operation();
  } finally {
    proxy.unwatch();
  }
  return watched;
}

/** The message of a NoticeResponse: fields, each a letter and a text that ends with a zero byte. */
function noticeText(bytes: Buffer): string {
  const fields = bytes.subarray(5).toString('utf8').split('\0');
  return fields.find((field) => field.startsWith('M'))?.slice(1) ?? '';
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Node[];
}

function planOf(text: string): Plan[] {
  const json = /^duration: [\d.]+ ms {2}plan:\n(\{[^]*\})$/.exec(text)?.[1];
  if (!json) return [];
  const { 'Query Text': statement, Plan: root } = JSON.parse(json) as { 'Query Text': string; Plan: Node };
  const nodes = [...everyNode(root)];
  const reads = nodes
    .filter((node) => node['Relation Name'] !== undefined)
    .map((node) => ({ table: node['Relation Name']!, by: node['Node Type'], rows: rowsRead(node) }));
  return [{ statement, nodes: [...new Set(nodes.map((node) => node['Node Type']))], reads }];
}

function* everyNode(node: Node): Iterable<Node> {
  yield node;
  for (const child of node.Plans ?? []) yield* everyNode(child);
}

/** PostgreSQL gives rows as the mean of a node's loops. */
function rowsRead(node: Node): number {
  const each =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.round(each * (node['Actual Loops'] ?? 0));
}
