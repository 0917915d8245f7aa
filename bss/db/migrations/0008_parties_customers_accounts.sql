CREATE TABLE "bill_format" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bill_presentation_media" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "billing_account" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "billing_cycle_specification" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "financial_account" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "party_account" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settlement_account" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customer_interactions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customer_interactions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"customer_id" text NOT NULL,
	"party_id" text,
	"at" bigint NOT NULL,
	"recorded_at" bigint NOT NULL,
	"direction" text NOT NULL,
	"channel" text NOT NULL,
	"subject" text NOT NULL,
	"note" text,
	"recorded_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customer" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "individual" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "merged_parties" (
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"survivor" text NOT NULL,
	"merged_at" bigint NOT NULL,
	CONSTRAINT "merged_parties_id_pk" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "party_consents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "party_consents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"party_id" text NOT NULL,
	"purpose" text NOT NULL,
	"decision" text NOT NULL,
	"at" bigint NOT NULL,
	"recorded_at" bigint NOT NULL,
	"channel" text NOT NULL,
	"text_version" text,
	"until" bigint,
	"recorded_by" text NOT NULL,
	CONSTRAINT "party_consents_until" CHECK ("party_consents"."until" IS NULL OR ("party_consents"."decision" = 'given' AND "party_consents"."until" > "party_consents"."at"))
);
--> statement-breakpoint
CREATE TABLE "party_role" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "bill_format_document" ON "bill_format" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "bill_format_owner" ON "bill_format" USING btree ("owner","id") WHERE "bill_format"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "bill_format_search_keys" ON "bill_format" USING gin ("search_keys") WHERE "bill_format"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "bill_presentation_media_document" ON "bill_presentation_media" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "bill_presentation_media_owner" ON "bill_presentation_media" USING btree ("owner","id") WHERE "bill_presentation_media"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "bill_presentation_media_search_keys" ON "bill_presentation_media" USING gin ("search_keys") WHERE "bill_presentation_media"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "billing_account_document" ON "billing_account" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "billing_account_owner" ON "billing_account" USING btree ("owner","id") WHERE "billing_account"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "billing_account_search_keys" ON "billing_account" USING gin ("search_keys") WHERE "billing_account"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "billing_cycle_specification_document" ON "billing_cycle_specification" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "billing_cycle_specification_owner" ON "billing_cycle_specification" USING btree ("owner","id") WHERE "billing_cycle_specification"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "billing_cycle_specification_search_keys" ON "billing_cycle_specification" USING gin ("search_keys") WHERE "billing_cycle_specification"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "financial_account_document" ON "financial_account" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "financial_account_owner" ON "financial_account" USING btree ("owner","id") WHERE "financial_account"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "financial_account_search_keys" ON "financial_account" USING gin ("search_keys") WHERE "financial_account"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "party_account_document" ON "party_account" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "party_account_owner" ON "party_account" USING btree ("owner","id") WHERE "party_account"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "party_account_search_keys" ON "party_account" USING gin ("search_keys") WHERE "party_account"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "settlement_account_document" ON "settlement_account" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "settlement_account_owner" ON "settlement_account" USING btree ("owner","id") WHERE "settlement_account"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "settlement_account_search_keys" ON "settlement_account" USING gin ("search_keys") WHERE "settlement_account"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "customer_interactions_customer" ON "customer_interactions" USING btree ("customer_id","at","id");--> statement-breakpoint
CREATE INDEX "customer_document" ON "customer" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "customer_owner" ON "customer" USING btree ("owner","id") WHERE "customer"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "customer_search_keys" ON "customer" USING gin ("search_keys") WHERE "customer"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "individual_document" ON "individual" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "individual_owner" ON "individual" USING btree ("owner","id") WHERE "individual"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "individual_search_keys" ON "individual" USING gin ("search_keys") WHERE "individual"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "merged_parties_survivor" ON "merged_parties" USING btree ("survivor");--> statement-breakpoint
CREATE INDEX "organization_document" ON "organization" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "organization_owner" ON "organization" USING btree ("owner","id") WHERE "organization"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "organization_search_keys" ON "organization" USING gin ("search_keys") WHERE "organization"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "party_consents_party" ON "party_consents" USING btree ("party_id","at","id");--> statement-breakpoint
CREATE INDEX "party_role_document" ON "party_role" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "party_role_owner" ON "party_role" USING btree ("owner","id") WHERE "party_role"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "party_role_search_keys" ON "party_role" USING gin ("search_keys") WHERE "party_role"."search_keys" <> '{}';--> statement-breakpoint
SELECT count_resources_of('individual'), count_resources_of('organization'),
	count_resources_of('party_role'), count_resources_of('customer'),
	count_resources_of('party_account'), count_resources_of('billing_account'),
	count_resources_of('settlement_account'), count_resources_of('financial_account'),
	count_resources_of('billing_cycle_specification'), count_resources_of('bill_format'),
	count_resources_of('bill_presentation_media');--> statement-breakpoint
CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% of % is refused: it is only ever added to', TG_OP, TG_TABLE_NAME
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER party_consents_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON party_consents
	FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();--> statement-breakpoint
-- All but the note, which a change of keys seals anew.
CREATE TRIGGER customer_interactions_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF
	id, customer_id, party_id, at, recorded_at, direction, channel, subject, recorded_by
	ON customer_interactions FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();
