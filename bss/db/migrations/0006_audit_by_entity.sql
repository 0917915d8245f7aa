DROP INDEX "audit_entries_entity";--> statement-breakpoint
CREATE INDEX "audit_entries_entity_id" ON "audit_entries" USING btree ("entity_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_entity" ON "audit_entries" USING btree ("entity","at","id");