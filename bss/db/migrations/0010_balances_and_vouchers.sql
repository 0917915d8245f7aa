CREATE TABLE "adjust_balance" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "balance_auto_top_ups" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text,
	"account_id" text NOT NULL,
	"bucket_id" text NOT NULL,
	"amount" bigint NOT NULL,
	"kind" text NOT NULL,
	"period" text,
	"periods_max" integer,
	"threshold" bigint,
	"monthly_max" integer NOT NULL,
	"anchor_at" bigint NOT NULL,
	"fired" integer NOT NULL,
	"last_id" text,
	"month" text NOT NULL,
	"fired_in_month" integer NOT NULL,
	"state" text NOT NULL,
	"next_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "balance_auto_top_ups_kind" CHECK (("balance_auto_top_ups"."kind" = 'recurring') = ("balance_auto_top_ups"."period" IS NOT NULL)
        AND ("balance_auto_top_ups"."kind" = 'threshold') = ("balance_auto_top_ups"."threshold" IS NOT NULL))
);
--> statement-breakpoint
CREATE TABLE "balance_accounts" (
	"account_id" text PRIMARY KEY NOT NULL,
	"owner" text,
	"billing_account_id" text,
	"product_ids" text[] NOT NULL,
	"identifier_keys" text[] NOT NULL,
	"buckets" jsonb NOT NULL,
	"state" text NOT NULL,
	"requested_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "balance_holds" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"bucket_id" text NOT NULL,
	"amount" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "balance_holds_amount" CHECK ("balance_holds"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "balance_steps" (
	"request_id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"action_id" text NOT NULL,
	"purpose" text NOT NULL,
	"movement" jsonb NOT NULL,
	"requested_at" bigint NOT NULL,
	"next_at" bigint,
	"attempts" integer NOT NULL,
	"asked_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deduct_balance" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reserve_balance" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "topup_balance" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transfer_balance" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "voucher_batches" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "voucher_batches_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" text NOT NULL,
	"name" text NOT NULL,
	"count" integer NOT NULL,
	"made" integer NOT NULL,
	"digits" smallint NOT NULL,
	"sealed_seed" text,
	"bucket_id" text NOT NULL,
	"unit" text NOT NULL,
	"currency" text,
	"amount" bigint NOT NULL,
	"extends_validity_seconds" integer,
	"valid_from" bigint NOT NULL,
	"valid_until" bigint NOT NULL,
	"state" text NOT NULL,
	"misses" integer NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "voucher_batches_id_unique" UNIQUE("id"),
	CONSTRAINT "voucher_batches_made" CHECK ("voucher_batches"."made" BETWEEN 0 AND "voucher_batches"."count"),
	CONSTRAINT "voucher_batches_amount" CHECK ("voucher_batches"."amount" > 0),
	CONSTRAINT "voucher_batches_valid" CHECK ("voucher_batches"."valid_from" < "voucher_batches"."valid_until")
);
--> statement-breakpoint
CREATE TABLE "voucher_guards" (
	"subject" text PRIMARY KEY NOT NULL,
	"window_from" bigint NOT NULL,
	"wrong" integer NOT NULL,
	"locks" integer NOT NULL,
	"locked_until" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vouchers" (
	"batch" integer NOT NULL,
	"serial" integer NOT NULL,
	"draw" smallint NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"state" text NOT NULL,
	"redeemed_at" bigint,
	"top_up_id" text,
	CONSTRAINT "vouchers_batch_serial_pk" PRIMARY KEY("batch","serial"),
	CONSTRAINT "vouchers_redeemed_by" CHECK (("vouchers"."state" = 'redeemed') = ("vouchers"."top_up_id" IS NOT NULL))
);
--> statement-breakpoint
CREATE INDEX "adjust_balance_document" ON "adjust_balance" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "adjust_balance_owner" ON "adjust_balance" USING btree ("owner","id") WHERE "adjust_balance"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "adjust_balance_search_keys" ON "adjust_balance" USING gin ("search_keys") WHERE "adjust_balance"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "balance_auto_top_ups_next" ON "balance_auto_top_ups" USING btree ("next_at") WHERE "balance_auto_top_ups"."state" = 'active';--> statement-breakpoint
CREATE INDEX "balance_auto_top_ups_account" ON "balance_auto_top_ups" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "balance_auto_top_ups_owner" ON "balance_auto_top_ups" USING btree ("owner","id");--> statement-breakpoint
CREATE INDEX "balance_accounts_owner" ON "balance_accounts" USING btree ("owner","account_id");--> statement-breakpoint
CREATE INDEX "balance_accounts_billing" ON "balance_accounts" USING btree ("billing_account_id","account_id");--> statement-breakpoint
CREATE INDEX "balance_accounts_identifiers" ON "balance_accounts" USING gin ("identifier_keys");--> statement-breakpoint
CREATE INDEX "balance_accounts_products" ON "balance_accounts" USING gin ("product_ids");--> statement-breakpoint
CREATE INDEX "balance_holds_account" ON "balance_holds" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "balance_holds_expiry" ON "balance_holds" USING btree ("expires_at") WHERE "balance_holds"."state" = 'held';--> statement-breakpoint
CREATE INDEX "balance_steps_next" ON "balance_steps" USING btree ("next_at") WHERE "balance_steps"."next_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "balance_steps_action" ON "balance_steps" USING btree ("action_id");--> statement-breakpoint
CREATE INDEX "deduct_balance_document" ON "deduct_balance" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "deduct_balance_owner" ON "deduct_balance" USING btree ("owner","id") WHERE "deduct_balance"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "deduct_balance_search_keys" ON "deduct_balance" USING gin ("search_keys") WHERE "deduct_balance"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "reserve_balance_document" ON "reserve_balance" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "reserve_balance_owner" ON "reserve_balance" USING btree ("owner","id") WHERE "reserve_balance"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "reserve_balance_search_keys" ON "reserve_balance" USING gin ("search_keys") WHERE "reserve_balance"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "topup_balance_document" ON "topup_balance" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "topup_balance_owner" ON "topup_balance" USING btree ("owner","id") WHERE "topup_balance"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "topup_balance_search_keys" ON "topup_balance" USING gin ("search_keys") WHERE "topup_balance"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "transfer_balance_document" ON "transfer_balance" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "transfer_balance_owner" ON "transfer_balance" USING btree ("owner","id") WHERE "transfer_balance"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "transfer_balance_search_keys" ON "transfer_balance" USING gin ("search_keys") WHERE "transfer_balance"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "voucher_batches_making" ON "voucher_batches" USING btree ("number") WHERE "voucher_batches"."state" = 'making';--> statement-breakpoint
CREATE INDEX "voucher_guards_old" ON "voucher_guards" USING btree ("window_from");--> statement-breakpoint
CREATE UNIQUE INDEX "vouchers_code" ON "vouchers" USING btree ("code_hash");--> statement-breakpoint
CREATE INDEX "vouchers_redeemed" ON "vouchers" USING btree ("batch") WHERE "vouchers"."state" = 'redeemed';--> statement-breakpoint
SELECT count_resources_of('topup_balance');--> statement-breakpoint
SELECT count_resources_of('adjust_balance');--> statement-breakpoint
SELECT count_resources_of('transfer_balance');--> statement-breakpoint
SELECT count_resources_of('reserve_balance');--> statement-breakpoint
SELECT count_resources_of('deduct_balance');--> statement-breakpoint
-- balanceActionHistory: one after the other by their ids, each from the index of its own table.
CREATE VIEW balance_action_history AS
	SELECT id, revision, owner, search_keys, document, created_at, updated_at FROM topup_balance
	UNION ALL SELECT id, revision, owner, search_keys, document, created_at, updated_at FROM adjust_balance
	UNION ALL SELECT id, revision, owner, search_keys, document, created_at, updated_at FROM transfer_balance
	UNION ALL SELECT id, revision, owner, search_keys, document, created_at, updated_at FROM reserve_balance
	UNION ALL SELECT id, revision, owner, search_keys, document, created_at, updated_at FROM deduct_balance;
