import { escapeLiteral, type ClientBase } from 'pg';

/** The first two users are known by their addresses; the administrator may do everything in Signet. */
export const ADMINISTRATOR = { n: 1, name: 'Administrator', address: 'admin@signet.localhost' };
export const ADA = { n: 2, name: 'Ada Byron', address: 'ada@example.com' };
export const KNOWN_PEOPLE = [ADMINISTRATOR, ADA];

const FIRST_NAMES =
  'Amara Aisha Alan Amélie Andrés Anna Barbara Bence Björn Carla Chen Chloé Daniel Dmitri Edsger Elif Emil Fatima ' +
  'Félix Grace Hana Hedy Hugo Ines Ivan Jamal José Katherine Kenji Lena Liam Lucía Mai Margaret Marie Mateo Mei ' +
  'Mohammed Nadia Niklaus Noor Olga Omar Priya Radia Ravi Rosa Sofia Tariq Tim Tuva Vera Viktor Yusuf Zoë';
const LAST_NAMES =
  'Abebe Adeyemi Allen Andersson Bauer Becker Boole Castro Chaudhary Clarke Cruz Diaz Dijkstra Dubois Fernández ' +
  'Fischer Garcia Goldberg Hamilton Haddad Hansen Hopper Horváth Ito Ivanova Jansen Johnson Kaya Kim Kowalski ' +
  'Lamarr Lee Liskov Lopez Marino Martin Meitner Moreau Müller Nakamura Nguyen Noether Novák Okafor Olsen Patel ' +
  'Pereira Perlman Popov Rossi Santos Schmidt Silva Singh Smith Suzuki Tanaka Turing Wang Weber Wirth Yılmaz Zhang';

/** ASCII and lower case: what an address is made of. */
function plain(name: string): string {
  return name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ı', 'i').toLowerCase();
}

const array = (names: string[]) => `ARRAY[${names.map(escapeLiteral).join(', ')}]`;

/** Three in a hundred cannot sign in any more; the known ones and those who manage a service can. */
export async function definePeople(client: ClientBase, alwaysActive: number): Promise<void> {
  const [first, last] = [FIRST_NAMES.split(' '), LAST_NAMES.split(' ')];
  const known = (value: (person: (typeof KNOWN_PEOPLE)[number]) => string) =>
    KNOWN_PEOPLE.map((person) => `WHEN ${person.n} THEN ${escapeLiteral(value(person))}`).join(' ');
  await client.query(`
    CREATE OR REPLACE FUNCTION pg_temp.user_status(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
      $$ SELECT CASE WHEN n <= ${alwaysActive} THEN 'ACTIVE' WHEN lot < 0.01 THEN 'DELETED'
           WHEN lot < 0.03 THEN 'SUSPENDED' ELSE 'ACTIVE' END FROM pg_temp.lot(pg_temp.draw('status', n), 0) lot $$;
    CREATE OR REPLACE FUNCTION pg_temp.people(first bigint, last bigint)
      RETURNS TABLE (n bigint, id uuid, ms bigint, status text, name text, address text) LANGUAGE sql IMMUTABLE AS $$
        SELECT n, pg_temp.user_id(n), pg_temp.user_ms(n), pg_temp.user_status(n),
          CASE n ${known(({ name }) => name)}
            ELSE (${array(first)})[1 + f] || ' ' || (${array(last)})[1 + l] END,
          CASE n ${known(({ address }) => address)}
            ELSE (${array(first.map(plain))})[1 + f] || '.' || (${array(last.map(plain))})[1 + l] || '.' || n || '@example.com' END
        FROM generate_series(first, last) n CROSS JOIN LATERAL pg_temp.draw('name', n) d
        CROSS JOIN LATERAL (SELECT floor(pg_temp.lot(d, 0) * ${first.length})::int f,
          floor(pg_temp.lot(d, 1) * ${last.length})::int l) AS places $$`);
}

export interface PasswordHashes {
  administrator: string;
  everybodyElse: string;
}

/** Accounts with addresses and passwords. A deleted one is the tombstone that Signet itself would leave. */
export async function insertPeople(
  client: ClientBase,
  range: [first: number, last: number],
  residents: number[],
  hashes: PasswordHashes,
): Promise<void> {
  const people = 'FROM pg_temp.people($1, $2) WHERE n <> ALL ($3::bigint[])';
  const values = [...range, residents];
  await client.query(
    `INSERT INTO users (id, name, status, created_at, updated_at, deleted_at)
     SELECT id, CASE status WHEN 'DELETED' THEN 'Deleted user' ELSE name END, status, pg_temp.at(ms), pg_temp.at(ms),
       CASE status WHEN 'DELETED' THEN pg_temp.at(ms) END ${people}`,
    values,
  );
  await client.query(
    `INSERT INTO user_emails (address, user_id, email, verified_at, created_at)
     SELECT address, id, address, CASE WHEN n % 5 > 0 THEN pg_temp.at(ms + 60000) END, pg_temp.at(ms)
     ${people} AND status <> 'DELETED'`,
    values,
  );
  await client.query(
    `INSERT INTO password_credentials (user_id, password_hash, changed_at)
     SELECT id, CASE n WHEN ${ADMINISTRATOR.n} THEN $4 ELSE $5 END, pg_temp.at(ms)
     ${people} AND status <> 'DELETED'`,
    [...values, hashes.administrator, hashes.everybodyElse],
  );
}
