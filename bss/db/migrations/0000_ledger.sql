CREATE TABLE "ledger_buckets" (
	"account_id" text NOT NULL,
	"slot" smallint NOT NULL,
	"entry" bigint NOT NULL,
	"shard" smallint NOT NULL,
	"profile_version" bigint NOT NULL,
	"bucket_id" text,
	"unit" text,
	"currency" text,
	"credit_limit" bigint NOT NULL,
	CONSTRAINT "ledger_buckets_account_id_slot_entry_pk" PRIMARY KEY("account_id","slot","entry")
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"shard" smallint NOT NULL,
	"entry" bigint NOT NULL,
	"fields" "bytea" NOT NULL,
	CONSTRAINT "ledger_entries_shard_entry_pk" PRIMARY KEY("shard","entry")
) PARTITION BY RANGE ("entry");
--> statement-breakpoint
CREATE TABLE "ledger_postings" (
	"shard" smallint NOT NULL,
	"entry" bigint NOT NULL,
	"place" smallint NOT NULL,
	"account_id" text NOT NULL,
	"slot" smallint NOT NULL,
	"verb" smallint NOT NULL,
	"remaining_change" bigint NOT NULL,
	"reserved_change" bigint NOT NULL,
	"credited" bigint NOT NULL,
	"debited" bigint NOT NULL,
	"renewed" bigint NOT NULL,
	"expired" bigint NOT NULL,
	"fee" bigint NOT NULL,
	"remaining_after" bigint NOT NULL,
	"reserved_after" bigint NOT NULL,
	CONSTRAINT "ledger_postings_sum_to_zero" CHECK ("ledger_postings"."remaining_change" + "ledger_postings"."reserved_change" = "ledger_postings"."credited" + "ledger_postings"."renewed" - "ledger_postings"."debited" - "ledger_postings"."expired")
) PARTITION BY RANGE ("entry");
--> statement-breakpoint
CREATE TABLE "ledger_records" (
	"shard" smallint NOT NULL,
	"entry" bigint NOT NULL,
	"place" smallint NOT NULL,
	"account_id" text NOT NULL,
	"verb" smallint NOT NULL,
	"at" bigint NOT NULL,
	"event_timestamp" bigint NOT NULL,
	"operation_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"tariff_version" bigint NOT NULL,
	"code" smallint NOT NULL,
	"cost" bigint NOT NULL,
	"overrun" bigint NOT NULL
) PARTITION BY RANGE ("entry");
--> statement-breakpoint
CREATE TABLE "ledger_shards" (
	"shard" smallint PRIMARY KEY NOT NULL,
	"installation" text NOT NULL,
	"entry" bigint NOT NULL,
	"entries" bigint NOT NULL,
	"records" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "ledger_postings_bucket" ON "ledger_postings" USING btree ("account_id","slot","entry");--> statement-breakpoint
CREATE INDEX "ledger_records_account" ON "ledger_records" USING btree ("account_id","entry");
--> statement-breakpoint
-- What is in there is compact already, and compressing it would cost more than all the rest.
ALTER TABLE "ledger_entries" ALTER COLUMN "fields" SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE FUNCTION "ledger_journal_id" ("entry" bigint) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN ("entry" >> 20)::text || '-' || ("entry" & 1048575)::text;
--> statement-breakpoint
CREATE FUNCTION "ledger_time" ("entry" bigint) RETURNS timestamp with time zone
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN to_timestamp(("entry" >> 20) / 1000.0);
--> statement-breakpoint
-- Each line is one entry of the double entry: per record and bucket they sum to zero. `remaining` and
-- `reserved` are what the subscriber has; the others are where it came from or went.
CREATE VIEW "ledger_lines" AS
SELECT p."shard", p."entry", p."place", p."account_id", p."slot", p."verb", line."ledger_account", line."amount"
FROM "ledger_postings" p
CROSS JOIN LATERAL (
	VALUES
		('remaining', p."remaining_change"),
		('reserved', p."reserved_change"),
		(CASE
			WHEN p."verb" = 5 THEN 'funding'
			WHEN p."verb" = 11 THEN 'adjustments'
			WHEN p."verb" IN (12, 13) THEN 'transit'
			ELSE 'usage'
		END, p."debited" - p."credited"),
		('allowances', - p."renewed"),
		('expiry', p."expired"),
		('transit', - p."fee"),
		('fees', p."fee")
) AS line ("ledger_account", "amount")
WHERE line."amount" <> 0;
