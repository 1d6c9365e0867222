import type pg from 'pg';

/** Made by initdb. It looks after the server and its databases; privileges do not bind it. */
export const SUPERUSER = 'signet';
/** What Signet works as: it owns its database and is bound by what it may not do there. */
export const APPLICATION_ROLE = 'signet_app';

/** Any number, the same in every process: two first starts take their turn. */
const HANDOVER_LOCK = 5_164;

/** Whether the database still belongs to the superuser: it is new, or an earlier version has made it. */
export async function isToBeHandedOver(superuser: pg.Client, database: string): Promise<boolean> {
  const { rows } = await superuser.query<{ owner: string }>(
    'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1',
    [database],
  );
  return rows[0]?.owner === SUPERUSER;
}

/**
 * Makes the application's role the owner of this database and of every table in it, all at once or not at
 * all. REASSIGN OWNED would do it, but not for the role that initdb has made.
 */
export async function handOver(superuser: pg.Client, database: string): Promise<void> {
  await superuser.query('BEGIN');
  await superuser.query('SELECT pg_advisory_xact_lock($1)', [HANDOVER_LOCK]);
  const { rowCount } = await superuser.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APPLICATION_ROLE]);
  if (rowCount === 0) await superuser.query(`CREATE ROLE ${APPLICATION_ROLE} LOGIN`);
  const { rows } = await superuser.query<{ table: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS table FROM pg_tables
     WHERE schemaname = 'public' AND tableowner = $1`,
    [SUPERUSER],
  );
  for (const { table } of rows) await superuser.query(`ALTER TABLE ${table} OWNER TO ${APPLICATION_ROLE}`);
  await superuser.query(`ALTER DATABASE ${database} OWNER TO ${APPLICATION_ROLE}`);
  await superuser.query('COMMIT');
}
