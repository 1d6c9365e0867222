import { Migration } from '@mikro-orm/migrations';

/** Users, their addresses and passwords, sessions, signing keys, grants, throttles, audit and mail. */
export class AccountsAndSessions extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE users (
        id uuid NOT NULL,
        name text NOT NULL,
        picture text NULL,
        status text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deleted_at timestamptz NULL,
        PRIMARY KEY (id),
        CONSTRAINT users_status_check CHECK (status IN ('ACTIVE', 'SUSPENDED', 'DELETED'))
      )`);
    this.addSql(`CREATE INDEX users_name_prefix_index ON users (lower(name) text_pattern_ops, id)`);

    // The address is the key: two registrations at once cannot both win, on one node or on many.
    this.addSql(`
      CREATE TABLE user_emails (
        address text NOT NULL,
        user_id uuid NOT NULL,
        email text NOT NULL,
        verified_at timestamptz NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (address),
        CONSTRAINT user_emails_user_id_unique UNIQUE (user_id),
        CONSTRAINT user_emails_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id)
      )`);
    this.addSql(`CREATE INDEX user_emails_address_prefix_index ON user_emails (address text_pattern_ops)`);

    this.addSql(`
      CREATE TABLE password_credentials (
        user_id uuid NOT NULL,
        password_hash text NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (user_id),
        CONSTRAINT password_credentials_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id)
      )`);

    // What a refresh changes is in no index, and pages keep room: updates stay heap-only.
    this.addSql(`
      CREATE TABLE sessions (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        client_id text NOT NULL,
        amr text[] NOT NULL,
        ip_address text NOT NULL,
        network text NOT NULL,
        user_agent text NULL,
        created_at timestamptz NOT NULL,
        authenticated_at timestamptz NOT NULL,
        refresh_generation int NOT NULL,
        refreshed_at timestamptz NOT NULL,
        idle_expires_at timestamptz NOT NULL,
        absolute_expires_at timestamptz NOT NULL,
        ended_at timestamptz NULL,
        end_reason text NULL,
        PRIMARY KEY (id),
        CONSTRAINT sessions_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id)
      ) WITH (fillfactor = 70)`);
    this.addSql(`CREATE INDEX sessions_user_id_index ON sessions (user_id)`);
    this.addSql(`CREATE INDEX sessions_absolute_expires_at_index ON sessions (absolute_expires_at)`);

    this.addSql(`
      CREATE TABLE signing_keys (
        kid text NOT NULL,
        sequence int NOT NULL,
        algorithm text NOT NULL,
        public_jwk jsonb NOT NULL,
        private_key_ciphertext bytea NOT NULL,
        created_at timestamptz NOT NULL,
        activates_at timestamptz NOT NULL,
        revoked_at timestamptz NULL,
        PRIMARY KEY (kid),
        CONSTRAINT signing_keys_sequence_unique UNIQUE (sequence)
      )`);

    this.addSql(`
      CREATE TABLE permission_grants (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        permission text NOT NULL,
        granted_by uuid NULL,
        reason text NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NULL,
        PRIMARY KEY (id),
        CONSTRAINT permission_grants_user_id_permission_unique UNIQUE (user_id, permission),
        CONSTRAINT permission_grants_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id)
      )`);

    this.addSql(`CREATE INDEX permission_grants_permission_index ON permission_grants (permission)`);

    // The shape that rate-limiter-flexible works on.
    this.addSql(`
      CREATE TABLE throttle_buckets (
        key varchar(255) NOT NULL,
        points int NOT NULL DEFAULT 0,
        expire bigint NULL,
        PRIMARY KEY (key)
      )`);
    this.addSql(`CREATE INDEX throttle_buckets_expire_index ON throttle_buckets (expire)`);

    this.addSql(`
      CREATE TABLE audit_events (
        id uuid NOT NULL,
        occurred_at timestamptz NOT NULL,
        type text NOT NULL,
        actor_id uuid NULL,
        user_id uuid NULL,
        session_id uuid NULL,
        ip_address text NULL,
        user_agent text NULL,
        request_id text NULL,
        details jsonb NOT NULL,
        PRIMARY KEY (id)
      )`);
    this.addSql(`CREATE INDEX audit_events_user_id_id_index ON audit_events (user_id, id)`);
    // Erasing an account finds what its owner did to others, too, without reading the whole trail.
    this.addSql(`CREATE INDEX audit_events_actor_id_id_index ON audit_events (actor_id, id)`);
    this.addSql(`CREATE INDEX audit_events_type_id_index ON audit_events (type, id)`);

    this.addSql(`
      CREATE TABLE outgoing_mails (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        recipient text NOT NULL,
        subject text NOT NULL,
        text text NOT NULL,
        created_at timestamptz NOT NULL,
        next_attempt_at timestamptz NOT NULL,
        attempts int NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT outgoing_mails_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id)
      )`);
    this.addSql(`CREATE INDEX outgoing_mails_next_attempt_at_index ON outgoing_mails (next_attempt_at)`);
  }
}
