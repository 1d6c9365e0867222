import { Migration } from '@mikro-orm/migrations';

/** Erasing an account finds what its owner did to others, too, without reading the whole trail. */
export class AuditEventsByActor extends Migration {
  override up(): void {
    this.addSql(`CREATE INDEX audit_events_actor_id_id_index ON audit_events (actor_id, id)`);
  }
}
