import { Migration } from '@mikro-orm/migrations';

/** OAuth clients of services, what oidc-provider keeps, and which clients a session signed in to. */
export class OpenidConnect extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE oauth_clients (
        id text NOT NULL,
        service text NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        is_first_party boolean NOT NULL,
        redirect_uris text[] NOT NULL,
        post_logout_redirect_uris text[] NOT NULL,
        backchannel_logout_uri text NULL,
        auth_method text NOT NULL,
        jwks jsonb NULL,
        id_token_alg text NOT NULL,
        permissions_of text[] NOT NULL,
        user_id uuid NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT oauth_clients_type_check CHECK (type IN ('WEB', 'SPA', 'NATIVE', 'MACHINE')),
        CONSTRAINT oauth_clients_user_id_unique UNIQUE (user_id),
        CONSTRAINT oauth_clients_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id),
        CONSTRAINT oauth_clients_service_foreign FOREIGN KEY (service) REFERENCES services (slug)
      )`);
    this.addSql(`CREATE INDEX oauth_clients_service_index ON oauth_clients (service)`);

    // Several may be good at once, so that one can be replaced without an outage.
    this.addSql(`
      CREATE TABLE client_secrets (
        id uuid NOT NULL,
        client_id text NOT NULL,
        secret_hash text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NULL,
        PRIMARY KEY (id),
        CONSTRAINT client_secrets_client_id_foreign FOREIGN KEY (client_id) REFERENCES oauth_clients (id)
      )`);
    this.addSql(`CREATE INDEX client_secrets_client_id_index ON client_secrets (client_id)`);

    // Codes, tokens, interactions and whatever else oidc-provider stores; ids are bearer secrets, so only hashes of
    // them are here.
    this.addSql(`
      CREATE TABLE oidc_artifacts (
        model text NOT NULL,
        id_hash text NOT NULL,
        uid text NULL,
        user_code_hash text NULL,
        grant_id text NULL,
        session_id uuid NULL,
        account_id uuid NULL,
        client_id text NULL,
        payload jsonb NOT NULL,
        expires_at timestamptz NULL,
        consumed_at timestamptz NULL,
        PRIMARY KEY (model, id_hash)
      )`);
    this.addSql(`CREATE INDEX oidc_artifacts_uid_index ON oidc_artifacts (model, uid) WHERE uid IS NOT NULL`);
    this.addSql(
      `CREATE UNIQUE INDEX oidc_artifacts_user_code_index ON oidc_artifacts (user_code_hash) WHERE user_code_hash IS NOT NULL`,
    );
    this.addSql(
      `CREATE INDEX oidc_artifacts_grant_index ON oidc_artifacts (grant_id) WHERE grant_id IS NOT NULL`,
    );
    this.addSql(
      `CREATE INDEX oidc_artifacts_session_index ON oidc_artifacts (session_id) WHERE session_id IS NOT NULL`,
    );
    this.addSql(
      `CREATE INDEX oidc_artifacts_account_index ON oidc_artifacts (account_id, client_id) WHERE account_id IS NOT NULL`,
    );
    this.addSql(`CREATE INDEX oidc_artifacts_expires_at_index ON oidc_artifacts (expires_at)`);

    // One row for each client that a session signed in to: parallel sign-ins lose none.
    this.addSql(`
      CREATE TABLE session_clients (
        session_id uuid NOT NULL,
        client_id text NOT NULL,
        grant_id text NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        PRIMARY KEY (session_id, client_id),
        CONSTRAINT session_clients_session_id_foreign FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
        CONSTRAINT session_clients_client_id_foreign FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE
      )`);
    this.addSql(`CREATE INDEX session_clients_client_id_index ON session_clients (client_id)`);

    // What people let third parties have, remembered over sessions until they take it back.
    this.addSql(`
      CREATE TABLE consents (
        user_id uuid NOT NULL,
        client_id text NOT NULL,
        scopes text[] NOT NULL,
        granted_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, client_id),
        CONSTRAINT consents_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id),
        CONSTRAINT consents_client_id_foreign FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE
      )`);

    // Logouts that services have yet to hear of.
    this.addSql(`
      CREATE TABLE logout_deliveries (
        id uuid NOT NULL,
        client_id text NOT NULL,
        user_id uuid NOT NULL,
        session_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        next_attempt_at timestamptz NOT NULL,
        attempts int NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT logout_deliveries_client_id_foreign FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE
      )`);
    // By client, so that those of one that does not answer stand in nobody's way.
    this.addSql(
      `CREATE INDEX logout_deliveries_client_id_index ON logout_deliveries (client_id, next_attempt_at)`,
    );

    // Access tokens and id tokens have keys of their own: many clients take nothing but RS256 for the latter.
    this.addSql(`ALTER TABLE signing_keys ADD COLUMN purpose text NOT NULL DEFAULT 'access-token'`);
  }
}
