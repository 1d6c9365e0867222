import type { TestApp } from './test-app.js';

/**
 * Writes down what the app asks its database from now on: names of prepared statements, the text of
 * others, and `transaction`. What background jobs ask is in it too, so look for names or leave theirs out.
 */
export function recordStatements(app: TestApp): string[] {
  const { database } = app.identity;
  const seen: string[] = [];
  const query = database.pool.query.bind(database.pool) as (...args: unknown[]) => unknown;
  database.pool.query = ((...args: unknown[]) => {
    const statement = args[0] as string | { name?: string; text: string };
    seen.push(typeof statement === 'string' ? statement : (statement.name ?? statement.text));
    return query(...args);
  }) as typeof database.pool.query;
  const transaction = database.transaction.bind(database);
  database.transaction = (work) => {
    seen.push('transaction');
    return transaction(work);
  };
  return seen;
}
