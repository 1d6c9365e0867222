import { Migration } from '@mikro-orm/migrations';

/** Services and their permissions, roles, groups and grants; what the audit trail says of them. */
export class Permissions extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE services (
        slug text NOT NULL,
        name text NOT NULL,
        description text NULL,
        access text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (slug),
        CONSTRAINT services_access_check CHECK (access IN ('OPEN', 'CLOSED'))
      )`);
    this.addSql(`
      CREATE TABLE permissions (
        name text NOT NULL,
        service text NOT NULL,
        description text NULL,
        deprecated text NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (name),
        CONSTRAINT permissions_service_foreign FOREIGN KEY (service) REFERENCES services (slug)
      )`);
    this.addSql(`CREATE INDEX permissions_service_index ON permissions (service)`);

    // The id and not the name is what grants refer to: a role that was deleted and made again is another one.
    this.addSql(`
      CREATE TABLE roles (
        id uuid NOT NULL,
        name text NOT NULL,
        description text NULL,
        service text NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT roles_service_foreign FOREIGN KEY (service) REFERENCES services (slug)
      )`);
    this.addSql(`CREATE UNIQUE INDEX roles_name_unique ON roles (lower(name))`);
    this.addSql(`CREATE INDEX roles_service_index ON roles (service)`);
    this.addSql(`
      CREATE TABLE role_permissions (
        role_id uuid NOT NULL,
        permission text NOT NULL,
        PRIMARY KEY (role_id, permission),
        CONSTRAINT role_permissions_role_id_foreign FOREIGN KEY (role_id) REFERENCES roles (id),
        CONSTRAINT role_permissions_permission_foreign FOREIGN KEY (permission) REFERENCES permissions (name)
      )`);
    this.addSql(`CREATE INDEX role_permissions_permission_index ON role_permissions (permission)`);

    this.addSql(`
      CREATE TABLE user_groups (
        id uuid NOT NULL,
        name text NOT NULL,
        description text NULL,
        service text NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT user_groups_service_foreign FOREIGN KEY (service) REFERENCES services (slug)
      )`);
    this.addSql(`CREATE UNIQUE INDEX user_groups_name_unique ON user_groups (lower(name) text_pattern_ops)`);
    this.addSql(`CREATE INDEX user_groups_service_index ON user_groups (service)`);
    this.addSql(`
      CREATE TABLE group_members (
        user_id uuid NOT NULL,
        group_id uuid NOT NULL,
        added_by uuid NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, group_id),
        CONSTRAINT group_members_user_id_foreign FOREIGN KEY (user_id) REFERENCES users (id),
        CONSTRAINT group_members_group_id_foreign FOREIGN KEY (group_id) REFERENCES user_groups (id)
      )`);
    this.addSql(`CREATE INDEX group_members_group_id_user_id_index ON group_members (group_id, user_id)`);
    this.addSql(`
      CREATE TABLE group_nestings (
        group_id uuid NOT NULL,
        member_group_id uuid NOT NULL,
        added_by uuid NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (group_id, member_group_id),
        CONSTRAINT group_nestings_group_id_foreign FOREIGN KEY (group_id) REFERENCES user_groups (id),
        CONSTRAINT group_nestings_member_group_id_foreign FOREIGN KEY (member_group_id) REFERENCES user_groups (id)
      )`);
    this.addSql(`CREATE INDEX group_nestings_member_group_id_index ON group_nestings (member_group_id)`);
    // Follows from group_nestings: each group with itself and every group that it is in, however deep. Asking
    // what somebody may do is then a join, and no recursion.
    this.addSql(`
      CREATE TABLE group_ancestors (
        group_id uuid NOT NULL,
        ancestor_id uuid NOT NULL,
        PRIMARY KEY (group_id, ancestor_id),
        CONSTRAINT group_ancestors_group_id_foreign FOREIGN KEY (group_id) REFERENCES user_groups (id),
        CONSTRAINT group_ancestors_ancestor_id_foreign FOREIGN KEY (ancestor_id) REFERENCES user_groups (id)
      )`);
    this.addSql(`CREATE INDEX group_ancestors_ancestor_id_index ON group_ancestors (ancestor_id)`);

    for (const [table, subject, subjects, what, whats, key] of [
      ['role_grants', 'user_id', 'users', 'role_id', 'roles', 'id'],
      ['group_role_grants', 'group_id', 'user_groups', 'role_id', 'roles', 'id'],
      ['group_permission_grants', 'group_id', 'user_groups', 'permission', 'permissions', 'name'],
    ] as const) {
      this.addSql(`
        CREATE TABLE ${table} (
          id uuid NOT NULL,
          ${subject} uuid NOT NULL,
          ${what} ${what === 'role_id' ? 'uuid' : 'text'} NOT NULL,
          granted_by uuid NULL,
          reason text NULL,
          created_at timestamptz NOT NULL,
          expires_at timestamptz NULL,
          PRIMARY KEY (id),
          CONSTRAINT ${table}_${subject}_${what}_unique UNIQUE (${subject}, ${what}),
          CONSTRAINT ${table}_${subject}_foreign FOREIGN KEY (${subject}) REFERENCES ${subjects} (id),
          CONSTRAINT ${table}_${what}_foreign FOREIGN KEY (${what}) REFERENCES ${whats} (${key})
        )`);
      this.addSql(`CREATE INDEX ${table}_${what}_${subject}_index ON ${table} (${what}, ${subject})`);
    }

    // A row to lock: whoever changes who may do what does so one after the other.
    this.addSql(`CREATE TABLE permission_locks (id int NOT NULL, PRIMARY KEY (id))`);
    this.addSql(`INSERT INTO permission_locks (id) VALUES (1)`);

    this.declareSignet();
    this.addSql(`DROP INDEX permission_grants_permission_index`);
    this.addSql(
      `CREATE INDEX permission_grants_permission_user_id_index ON permission_grants (permission, user_id)`,
    );
    this.addSql(
      `ALTER TABLE permission_grants ADD CONSTRAINT permission_grants_permission_foreign
       FOREIGN KEY (permission) REFERENCES permissions (name)`,
    );

    this.addSql(`ALTER TABLE sessions ADD COLUMN service text NULL`);
    this
      .addSql(`ALTER TABLE audit_events ADD COLUMN subject_kind text NULL, ADD COLUMN subject_name text NULL,
      ADD COLUMN "before" jsonb NULL, ADD COLUMN "after" jsonb NULL`);
  }

  /** Signet is a service of its own catalogue; its role holds everything that it has. */
  private declareSignet(): void {
    this.addSql(`INSERT INTO services (slug, name, description, access, created_at, updated_at)
      VALUES ('signet', 'Signet', 'Accounts, sessions and permissions.', 'OPEN', now(), now())`);
    const permissions = {
      'signet:users.read': 'Read every account: addresses, status and sessions.',
      'signet:users.manage': 'Suspend, reactivate and delete accounts, and end their sessions.',
      'signet:permissions.read': 'Read what everybody may do, and why.',
      'signet:permissions.manage': 'Register services, and grant and revoke permissions of every service.',
      'signet:audit.read': 'Read the audit trail.',
    };
    for (const [name, description] of Object.entries(permissions))
      this.addSql(`INSERT INTO permissions (name, service, description, created_at)
        VALUES ('${name}', 'signet', '${description}', now())`);
    this.addSql(`INSERT INTO roles (id, name, description, service, created_at, updated_at)
      VALUES (gen_random_uuid(), 'administrator', 'May do everything in Signet.', 'signet', now(), now())`);
    this.addSql(`INSERT INTO role_permissions (role_id, permission)
      SELECT r.id, p.name FROM roles r CROSS JOIN permissions p WHERE r.name = 'administrator'`);
    // The permissions that administrators hold one by one stay: the version before this one reads only those.
    this.addSql(`INSERT INTO role_grants (id, user_id, role_id, granted_by, reason, created_at, expires_at)
      SELECT gen_random_uuid(), g.user_id, r.id, g.granted_by, g.reason, g.created_at, g.expires_at
      FROM permission_grants g CROSS JOIN roles r
      WHERE g.permission = 'signet:permissions.manage' AND g.reason = 'administrator' AND r.name = 'administrator'`);
  }
}
