CREATE TABLE "query_usage_consumption" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_specification" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "query_usage_consumption_document" ON "query_usage_consumption" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "query_usage_consumption_owner" ON "query_usage_consumption" USING btree ("owner","id") WHERE "query_usage_consumption"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "query_usage_consumption_search_keys" ON "query_usage_consumption" USING gin ("search_keys") WHERE "query_usage_consumption"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "usage_specification_document" ON "usage_specification" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "usage_specification_owner" ON "usage_specification" USING btree ("owner","id") WHERE "usage_specification"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "usage_specification_search_keys" ON "usage_specification" USING gin ("search_keys") WHERE "usage_specification"."search_keys" <> '{}';--> statement-breakpoint
SELECT count_resources_of('usage_specification');--> statement-breakpoint
SELECT count_resources_of('query_usage_consumption');
