import pg from 'pg';
import { startDelegation, type Delegation } from '../support/delegation.js';
import { createDatabase } from '../support/postgres.js';

/**
 * A database of another language sorts in another order than JavaScript: in American English, an underscore comes
 * before hyphens and digits. What is compared as a list must not depend on it.
 */
let d: Delegation;
let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const [table, column] of [
    ['permissions', 'name'],
    ['role_permissions', 'permission'],
  ])
    await client.query(`ALTER TABLE ${table} ALTER COLUMN ${column} TYPE text COLLATE "en-US-x-icu"`);
  await client.end();
  d = await startDelegation(database.url);
});
afterAll(async () => {
  await d?.app.close();
  await database?.drop();
});

const NAMES = ['sign-off', 'sign_off', 'sign1', 'sign'];
const permissions = NAMES.map((name) => ({ name }));
const roles = [{ name: 'Signer', permissions: NAMES }];
const manifest = { slug: 'letters', name: 'Letters', permissions, roles };
const eventsOf = (name: string) => d.app.sql(`SELECT 1 FROM audit_events WHERE subject_name = $1`, [name]);

describe('in a database that sorts as people of another language do', () => {
  it('the same manifest twice changes nothing, and may be registered twice', async () => {
    const first = await d.make(d.root, 'registerService', manifest, 'changes { action }');
    expect(first['changes']).toHaveLength(1 + NAMES.length + 2 + 1);
    const { name: _name, ...update } = manifest;
    for (const [mutation, input] of [
      ['registerService', manifest],
      ['updateService', update],
    ] as const)
      expect(await d.make(d.root, mutation, input, 'changes { action }')).toMatchObject({ changes: [] });
  });

  it('the same change of a role twice leaves one trace', async () => {
    const name = 'Letter writer';
    const full = NAMES.map((what) => `letters:${what}`);
    await d.make(d.root, 'createRole', { name, permissions: full });
    await d.make(d.root, 'updateRole', { name, permissions: full });
    expect(await eventsOf(name)).toHaveLength(1);
  });
});
