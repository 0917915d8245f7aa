CREATE TABLE "privacy_installation" (
	"id" smallint PRIMARY KEY NOT NULL,
	"sealed" text NOT NULL,
	"fingerprint" text NOT NULL,
	CONSTRAINT "privacy_installation_one" CHECK ("privacy_installation"."id" = 1)
);
--> statement-breakpoint
ALTER TABLE "event_subscriptions" ALTER COLUMN "secret" SET DATA TYPE text USING convert_from("secret", 'UTF8');--> statement-breakpoint
ALTER TABLE "event_subscriptions" ALTER COLUMN "previous_secret" SET DATA TYPE text USING convert_from("previous_secret", 'UTF8');