CREATE TABLE "event_deliveries" (
	"subscription" integer NOT NULL,
	"position" bigint NOT NULL,
	"lane" bigint NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"due_at" bigint NOT NULL,
	"attempts" smallint NOT NULL,
	"attempted_at" bigint,
	"took_ms" integer,
	"response_code" smallint,
	"excerpt" text,
	CONSTRAINT "event_deliveries_subscription_position_pk" PRIMARY KEY("subscription","position")
);
--> statement-breakpoint
CREATE TABLE "event_subscriptions" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "event_subscriptions_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"callback" text NOT NULL,
	"description" text NOT NULL,
	"domains" text[] NOT NULL,
	"event_types" text[],
	"query" text NOT NULL,
	"owner" text NOT NULL,
	"state" text NOT NULL,
	"state_reason" text,
	"secret" "bytea",
	"previous_secret" "bytea",
	"previous_secret_until" bigint,
	"concurrency" smallint NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"failing_since" bigint,
	"failures" integer NOT NULL,
	"paused_until" bigint NOT NULL,
	CONSTRAINT "event_subscriptions_id_unique" UNIQUE("id"),
	CONSTRAINT "event_subscriptions_reason" CHECK (("event_subscriptions"."state" = 'disabled') <= ("event_subscriptions"."state_reason" IS NOT NULL)),
	CONSTRAINT "event_subscriptions_secret" CHECK (("event_subscriptions"."kind" = 'webhook') = ("event_subscriptions"."secret" IS NOT NULL))
);
--> statement-breakpoint
CREATE TABLE "events" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"at" bigint NOT NULL,
	"event_type" text NOT NULL,
	"domain" text NOT NULL,
	"resource_name" text NOT NULL,
	"resource_id" text NOT NULL,
	"correlation_id" text NOT NULL,
	"resource" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events_unspread" (
	"position" bigint PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE INDEX "event_deliveries_due" ON "event_deliveries" USING btree ("subscription","due_at","position") WHERE "event_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "event_deliveries_lane" ON "event_deliveries" USING btree ("subscription","lane","position") WHERE "event_deliveries"."state" = 'pending';--> statement-breakpoint
-- By hand: a queue and what is rewritten with every attempt are cleared by their number of dead
-- rows, not by their share of the table; and updated rows find room beside what they were.
ALTER TABLE "events_unspread" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);--> statement-breakpoint
ALTER TABLE "event_deliveries" SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
