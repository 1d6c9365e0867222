import { Migration } from '@mikro-orm/migrations';

/** The role that Signet works as may add to the audit trail and no longer change or shorten it. */
export class AppendOnlyAudit extends Migration {
  override up(): void {
    // An owner is bound too, unless it is a superuser: see docs/decisions/0008-append-only-audit.md.
    this.addSql('REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM CURRENT_USER');
    // Where somebody was is personal data, and goes when the account is deleted.
    this.addSql('GRANT UPDATE (ip_address, user_agent) ON audit_events TO CURRENT_USER');
  }
}
