CREATE TABLE "catalog" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "catalogue_job_errors" (
	"job" text NOT NULL,
	"row" integer NOT NULL,
	"place" integer NOT NULL,
	"pointer" text NOT NULL,
	"code" text NOT NULL,
	"detail" text NOT NULL,
	CONSTRAINT "catalogue_job_errors_job_row_place_pk" PRIMARY KEY("job","row","place")
);
--> statement-breakpoint
CREATE TABLE "catalogue_jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"work" text NOT NULL,
	"state" text NOT NULL,
	"request" jsonb NOT NULL,
	"content" "bytea",
	"content_type" text,
	"total" bigint,
	"done" bigint NOT NULL,
	"failed" bigint NOT NULL,
	"progress" jsonb NOT NULL,
	"problem" text,
	"actor" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"finished_at" bigint,
	CONSTRAINT "catalogue_jobs_state" CHECK ("catalogue_jobs"."state" IN ('waiting', 'running', 'done', 'failed', 'stopped'))
);
--> statement-breakpoint
CREATE TABLE "catalogue_publications" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"effective_at" bigint NOT NULL,
	"documents_digest" text NOT NULL,
	"description" text,
	"terms" jsonb NOT NULL,
	"tariffs" jsonb NOT NULL,
	"treatments" jsonb NOT NULL,
	"contents" jsonb NOT NULL,
	"problem" text,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"created_at" bigint NOT NULL,
	"finished_at" bigint,
	CONSTRAINT "catalogue_publications_state" CHECK ("catalogue_publications"."state" IN ('publishing', 'published', 'undoing', 'failed', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "catalogue_published_versions" (
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"version" text NOT NULL,
	"publication" text NOT NULL,
	"effective_at" bigint NOT NULL,
	CONSTRAINT "catalogue_published_versions_kind_id_version_pk" PRIMARY KEY("kind","id","version")
);
--> statement-breakpoint
CREATE TABLE "catalogue_tariffs" (
	"publication" text NOT NULL,
	"place" integer NOT NULL,
	"tariff_id" text NOT NULL,
	"effective_from" bigint NOT NULL,
	"document" text NOT NULL,
	"sent" bigint,
	"tariff_version" bigint,
	CONSTRAINT "catalogue_tariffs_publication_place_pk" PRIMARY KEY("publication","place")
);
--> statement-breakpoint
CREATE TABLE "category" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "export_job" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "import_job" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_offering_price" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_offering" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_specification" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"owner" text,
	"search_keys" text[] DEFAULT '{}' NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "catalogue_job_errors" ADD CONSTRAINT "catalogue_job_errors_job_catalogue_jobs_id_fk" FOREIGN KEY ("job") REFERENCES "public"."catalogue_jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalogue_published_versions" ADD CONSTRAINT "catalogue_published_versions_publication_catalogue_publications_id_fk" FOREIGN KEY ("publication") REFERENCES "public"."catalogue_publications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalogue_tariffs" ADD CONSTRAINT "catalogue_tariffs_publication_catalogue_publications_id_fk" FOREIGN KEY ("publication") REFERENCES "public"."catalogue_publications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "catalog_document" ON "catalog" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "catalog_owner" ON "catalog" USING btree ("owner","id") WHERE "catalog"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "catalog_search_keys" ON "catalog" USING gin ("search_keys") WHERE "catalog"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "catalogue_jobs_open" ON "catalogue_jobs" USING btree ("id") WHERE "catalogue_jobs"."state" IN ('waiting', 'running');--> statement-breakpoint
CREATE UNIQUE INDEX "catalogue_publications_version" ON "catalogue_publications" USING btree ("version");--> statement-breakpoint
CREATE UNIQUE INDEX "catalogue_publications_under_way" ON "catalogue_publications" USING btree ((true)) WHERE "catalogue_publications"."state" IN ('publishing', 'undoing');--> statement-breakpoint
CREATE INDEX "catalogue_publications_in_force" ON "catalogue_publications" USING btree ("effective_at","version") WHERE "catalogue_publications"."state" = 'published';--> statement-breakpoint
CREATE INDEX "catalogue_published_versions_publication" ON "catalogue_published_versions" USING btree ("publication");--> statement-breakpoint
CREATE INDEX "catalogue_tariffs_sent" ON "catalogue_tariffs" USING btree ("tariff_id","sent");--> statement-breakpoint
CREATE INDEX "category_document" ON "category" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "category_owner" ON "category" USING btree ("owner","id") WHERE "category"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "category_search_keys" ON "category" USING gin ("search_keys") WHERE "category"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "export_job_document" ON "export_job" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "export_job_owner" ON "export_job" USING btree ("owner","id") WHERE "export_job"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "export_job_search_keys" ON "export_job" USING gin ("search_keys") WHERE "export_job"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "import_job_document" ON "import_job" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "import_job_owner" ON "import_job" USING btree ("owner","id") WHERE "import_job"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "import_job_search_keys" ON "import_job" USING gin ("search_keys") WHERE "import_job"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "product_offering_price_document" ON "product_offering_price" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "product_offering_price_owner" ON "product_offering_price" USING btree ("owner","id") WHERE "product_offering_price"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "product_offering_price_search_keys" ON "product_offering_price" USING gin ("search_keys") WHERE "product_offering_price"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "product_offering_document" ON "product_offering" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "product_offering_owner" ON "product_offering" USING btree ("owner","id") WHERE "product_offering"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "product_offering_search_keys" ON "product_offering" USING gin ("search_keys") WHERE "product_offering"."search_keys" <> '{}';--> statement-breakpoint
CREATE INDEX "product_specification_document" ON "product_specification" USING gin ("document" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "product_specification_owner" ON "product_specification" USING btree ("owner","id") WHERE "product_specification"."owner" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "product_specification_search_keys" ON "product_specification" USING gin ("search_keys") WHERE "product_specification"."search_keys" <> '{}';--> statement-breakpoint
SELECT count_resources_of('catalog');--> statement-breakpoint
SELECT count_resources_of('category');--> statement-breakpoint
SELECT count_resources_of('product_specification');--> statement-breakpoint
SELECT count_resources_of('product_offering');--> statement-breakpoint
SELECT count_resources_of('product_offering_price');--> statement-breakpoint
SELECT count_resources_of('import_job');--> statement-breakpoint
SELECT count_resources_of('export_job');
