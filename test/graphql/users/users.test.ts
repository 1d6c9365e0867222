import type { Person } from '../../support/given.js';
import { UsersDocument, type UsersQueryVariables } from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
});
afterAll(() => app.close());

const send = (variables: UsersQueryVariables, token = admin.accessToken) =>
  app.client.send(UsersDocument, variables, { token });
const ask = async (variables: UsersQueryVariables) => (await send(variables)).data.users;
const idsFound = async (search: string) =>
  (await ask({ first: 100, search })).edges.map(({ node }) => node.id);

/** Straight into the database: a page of people costs no hashes. */
async function insertUsers(count: number, nameOf: (index: number) => string, domain: string) {
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  const rows = await app.sql<{ id: string }>(
    `WITH added AS (
       INSERT INTO users (id, name, status, created_at, updated_at)
       SELECT gen_random_uuid(), name, 'ACTIVE', now(), now() FROM unnest($1::text[]) AS name RETURNING id, name),
     addresses AS (
       INSERT INTO user_emails (address, email, user_id, created_at)
       SELECT row_number() OVER (ORDER BY name) || '@' || $2, row_number() OVER (ORDER BY name) || '@' || $2, id, now()
       FROM added)
     SELECT id FROM added ORDER BY id`,
    [names, domain],
  );
  return rows.map(({ id }) => id);
}

describe('users', () => {
  it('pages through everybody once, in a fixed order, whatever the page size', async () => {
    const ids = await insertUsers(23, (index) => `Paged ${index}`, 'paged.example');
    const seen: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask({ first: 5, after, search: 'paged' });
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)!.cursor);
      seen.push(...page.edges.map(({ node }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor! : null;
      pages += 1;
    } while (after);
    expect(seen).toEqual(ids);
    expect(pages).toBe(5);
  });

  it('has no next page when the last one is exactly full', async () => {
    await insertUsers(4, (index) => `Full ${index}`, 'full.example');
    expect((await ask({ first: 4, search: 'full' })).pageInfo.hasNextPage).toBe(false);
    expect((await ask({ first: 3, search: 'full' })).pageInfo.hasNextPage).toBe(true);
  });

  it('goes on behind a cursor whose user is gone since', async () => {
    const ids = await insertUsers(3, (index) => `Vanishing ${index}`, 'vanishing.example');
    const { edges } = await ask({ search: 'vanishing' });
    await app.sql(`UPDATE users SET status = 'DELETED' WHERE id = $1`, [ids[1]]);
    const rest = await ask({ search: 'vanishing', after: edges[1]!.cursor });
    expect(rest.edges.map(({ node }) => node.id)).toEqual([ids[2]]);
  });

  it('gives 20 by default and 100 at most', async () => {
    await insertUsers(101, (index) => `Many ${index}`, 'many.example');
    expect((await ask({ search: 'many' })).edges).toHaveLength(20);
    expect((await ask({ search: 'many', first: 100 })).edges).toHaveLength(100);
    for (const first of [0, -1, 101]) expect((await send({ first })).codes).toEqual(['BAD_USER_INPUT']);
  });

  it.each([
    '',
    'no cursor',
    'MQ',
    'bm8gaWQ',
    '01890000-0000-7000-8000-000000000000',
    "'; DROP TABLE users --",
  ])('refuses %j as a cursor', async (after) => {
    expect((await send({ after })).codes).toEqual(['BAD_USER_INPUT']);
  });

  it('finds by the beginning of the name or of the address, whatever the case', async () => {
    const [id] = await insertUsers(1, () => 'Augusta King', 'prefix-address.example');
    const ada = await app.given.user({ name: 'Somebody', email: 'Prefix.Of.Address@example.com' });
    for (const search of ['Augusta', 'augusta k', 'AUGUSTA KING', '  augusta  '])
      expect(await idsFound(search)).toEqual([id]);
    for (const search of ['prefix.of', 'PREFIX.OF.ADDRESS@EXAMPLE.COM'])
      expect(await idsFound(search)).toEqual([ada.id]);
    for (const search of ['King', 'ugusta', 'example.com', 'augusta kings'])
      expect(await idsFound(search)).toEqual([]);
  });

  it('finds letters of every alphabet, whatever the case', async () => {
    const [id] = await insertUsers(1, () => 'Åsa Öberg', 'alphabet.example');
    for (const search of ['Åsa', 'åsa ö', 'ÅSA Ö', 'A\u030asa']) expect(await idsFound(search)).toEqual([id]);
  });

  it('takes wildcards for the characters that they are', async () => {
    const [id] = await insertUsers(1, () => '100%_\\ sure', 'wild.example');
    for (const search of ['100%', '100%_', '100%_\\', '100%_\\ sure'])
      expect(await idsFound(search)).toEqual([id]);
    for (const search of ['%', '_', '1_0', '1%sure', '\\', '100\\'])
      expect(await idsFound(search)).toEqual([]);
  });

  it('takes an empty search for none', async () => {
    expect((await ask({ search: '   ', first: 1 })).edges).toHaveLength(1);
  });

  it('refuses a search that is too long or holds a NUL', async () => {
    for (const search of ['x'.repeat(255), 'a\0b'])
      expect((await send({ search })).codes).toEqual(['BAD_USER_INPUT']);
    expect(await idsFound('x'.repeat(254))).toEqual([]);
  });

  it('shows no tombstones', async () => {
    const [id] = await insertUsers(1, () => 'Tombstone', 'tomb.example');
    expect(await idsFound('tombstone')).toEqual([id]);
    await app.sql(`UPDATE users SET status = 'DELETED' WHERE id = $1`, [id]);
    expect(await idsFound('tombstone')).toEqual([]);
  });

  it('needs signet:users.read', async () => {
    const eve = await app.given.user();
    expect((await send({}, eve.accessToken)).codes).toEqual(['FORBIDDEN']);
    expect((await send({}, '')).codes).toEqual(['UNAUTHENTICATED']);
    await app.given.permission(eve.id, 'signet:users.read');
    expect((await send({ first: 1 }, eve.accessToken)).data.users.edges).toHaveLength(1);
  });
});
