import { escapeLiteral, type ClientBase } from 'pg';
import { DAY_MS } from './lots.js';
import type { SeedPlan } from './plan.js';

/** Accounts come into being one after the other over these years. */
const YEARS_OF_USERS = 3;

/** Users that were there before the seed and stand where the n-th would: id by n. */
export type Residents = Record<number, string>;

/**
 * What lots.ts does, as functions of this connection alone (pg_temp): rows by the hundred thousand are made where
 * they stay.
 */
export async function defineLots(client: ClientBase, plan: SeedPlan, residents: Residents): Promise<void> {
  const asOfMs = Date.parse(plan.asOf);
  const usersMs = YEARS_OF_USERS * 365 * DAY_MS;
  const resident = Object.entries(residents).map(
    ([n, id]) => `WHEN ${Number(n)} THEN ${escapeLiteral(id)}::uuid`,
  );
  await client.query(`
    CREATE OR REPLACE FUNCTION pg_temp.lot_text(what text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
      $$ SELECT '${plan.seed}:' || what || ':' || n $$;
    CREATE OR REPLACE FUNCTION pg_temp.draw(what text, n bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
      $$ SELECT decode(md5(pg_temp.lot_text(what, n)), 'hex') $$;
    CREATE OR REPLACE FUNCTION pg_temp.lot(draw bytea, index int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
      $$ SELECT (get_byte(draw, index * 3) * 65536 + get_byte(draw, index * 3 + 1) * 256
                 + get_byte(draw, index * 3 + 2)) / 16777216::float8 $$;
    CREATE OR REPLACE FUNCTION pg_temp.id(kind text, n bigint, ms bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
      $$ SELECT overlay(overlay(overlay(md5(pg_temp.lot_text(kind, n))
           PLACING lpad(to_hex(ms), 12, '0') FROM 1 FOR 12) PLACING '7' FROM 13 FOR 1) PLACING '8' FROM 17 FOR 1)::uuid $$;
    CREATE OR REPLACE FUNCTION pg_temp.at(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
      $$ SELECT to_timestamp(ms / 1000.0) $$;
    CREATE OR REPLACE FUNCTION pg_temp.as_of() RETURNS bigint LANGUAGE sql IMMUTABLE AS
      $$ SELECT ${asOfMs}::bigint $$;
    CREATE OR REPLACE FUNCTION pg_temp.user_ms(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
      $$ SELECT ${asOfMs - usersMs} + (n * ${usersMs} / ${plan.users + 1})::bigint $$;
    CREATE OR REPLACE FUNCTION pg_temp.user_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
      $$ SELECT CASE n ${resident.join(' ')} ${resident.length > 0 ? 'ELSE' : 'WHEN NULL THEN NULL ELSE'}
           pg_temp.id('user', n, pg_temp.user_ms(n)) END $$`);
}
