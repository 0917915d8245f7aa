CREATE TABLE "ledger_snapshot_pages" (
	"snapshot" bigint NOT NULL,
	"page" integer NOT NULL,
	"octets" "bytea" NOT NULL,
	"digest" "bytea" NOT NULL,
	CONSTRAINT "ledger_snapshot_pages_snapshot_page_pk" PRIMARY KEY("snapshot","page")
);
--> statement-breakpoint
CREATE TABLE "ledger_snapshot_shards" (
	"snapshot" bigint NOT NULL,
	"shard" smallint NOT NULL,
	"entry" bigint NOT NULL,
	"entries" bigint NOT NULL,
	CONSTRAINT "ledger_snapshot_shards_snapshot_shard_pk" PRIMARY KEY("snapshot","shard")
);
--> statement-breakpoint
CREATE TABLE "ledger_snapshots" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ledger_snapshots_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"installation" text NOT NULL,
	"account_layout" smallint NOT NULL,
	"begun_at" bigint NOT NULL,
	"accounts" bigint NOT NULL,
	"pages" integer NOT NULL,
	"is_complete" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ledger_snapshot_pages" ADD CONSTRAINT "ledger_snapshot_pages_snapshot_ledger_snapshots_id_fk" FOREIGN KEY ("snapshot") REFERENCES "public"."ledger_snapshots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_snapshot_shards" ADD CONSTRAINT "ledger_snapshot_shards_snapshot_ledger_snapshots_id_fk" FOREIGN KEY ("snapshot") REFERENCES "public"."ledger_snapshots"("id") ON DELETE cascade ON UPDATE no action;