CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" bigint NOT NULL,
	"request_id" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"reason" text,
	"entity" text NOT NULL,
	"entity_id" text NOT NULL,
	"action" text NOT NULL,
	"before" json,
	"after" json,
	"digest" "bytea" NOT NULL,
	"transaction" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "audit_entries_action" CHECK ("audit_entries"."action" IN ('create', 'update', 'delete', 'execute')),
	CONSTRAINT "audit_entries_digest" CHECK (octet_length("audit_entries"."digest") = 32)
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"position" bigint PRIMARY KEY NOT NULL,
	"entry_id" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	"horizon" "xid8" NOT NULL,
	CONSTRAINT "audit_seals_position" CHECK ("audit_seals"."position" > 0),
	CONSTRAINT "audit_seals_octets" CHECK (octet_length("audit_seals"."digest") = 32 AND octet_length("audit_seals"."hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "http_requests" (
	"actor_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"at" bigint NOT NULL,
	"status" smallint,
	"headers" text,
	"body" text,
	CONSTRAINT "http_requests_actor_id_idempotency_key_pk" PRIMARY KEY("actor_id","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "resource_counts" (
	"resource" text NOT NULL,
	"slot" integer NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "resource_counts_resource_slot_pk" PRIMARY KEY("resource","slot")
);
--> statement-breakpoint
CREATE TABLE "privacy_rotations" (
	"table_name" text NOT NULL,
	"key_id" text NOT NULL,
	"last_id" text,
	"rows" bigint NOT NULL,
	"resealed" bigint NOT NULL,
	"is_complete" boolean NOT NULL,
	CONSTRAINT "privacy_rotations_table_name_key_id_pk" PRIMARY KEY("table_name","key_id")
);
--> statement-breakpoint
CREATE INDEX "audit_entries_at" ON "audit_entries" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_entity" ON "audit_entries" USING btree ("entity","entity_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor" ON "audit_entries" USING btree ("actor_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_transaction" ON "audit_entries" USING btree ("transaction","id");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_seals_entry" ON "audit_seals" USING btree ("entry_id");--> statement-breakpoint
CREATE INDEX "http_requests_at" ON "http_requests" USING btree ("at");--> statement-breakpoint
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% of % is refused: the audit is only ever added to', TG_OP, TG_TABLE_NAME
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
	FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();--> statement-breakpoint
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
	FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();--> statement-breakpoint
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_append_only;--> statement-breakpoint
ALTER TABLE audit_seals ENABLE ALWAYS TRIGGER audit_seals_append_only;--> statement-breakpoint
-- A connection counts in a slot of its own: two that write at once never wait for each other.
CREATE FUNCTION count_resources() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	change bigint;
BEGIN
	SELECT count(*) INTO change FROM changed;
	IF change = 0 THEN RETURN NULL; END IF;
	IF TG_OP = 'DELETE' THEN change := -change; END IF;
	INSERT INTO resource_counts AS c (resource, slot, count)
		VALUES (TG_TABLE_NAME, pg_backend_pid() % 1024, change)
		ON CONFLICT (resource, slot) DO UPDATE SET count = c.count + excluded.count;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_resources_of(resource_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TRIGGER count_inserted AFTER INSERT ON %s REFERENCING NEW TABLE AS changed
		FOR EACH STATEMENT EXECUTE FUNCTION count_resources()', resource_table);
	EXECUTE format('CREATE TRIGGER count_deleted AFTER DELETE ON %s REFERENCING OLD TABLE AS changed
		FOR EACH STATEMENT EXECUTE FUNCTION count_resources()', resource_table);
END $$;
