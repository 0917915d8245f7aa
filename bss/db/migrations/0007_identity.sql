CREATE TABLE "identity_api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"hint" text NOT NULL,
	"user_id" text,
	"roles" text[] NOT NULL,
	"scopes" text[],
	"customer_id" text,
	"requests_per_minute_max" integer,
	"expires_at" bigint,
	"last_used_at" bigint,
	"revoked_at" bigint,
	"created_at" bigint NOT NULL,
	CONSTRAINT "identity_api_keys_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE TABLE "identity_issuers" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"audience" text NOT NULL,
	"jwks_uri" text NOT NULL,
	"algorithms" text[] NOT NULL,
	"roles_claim" text NOT NULL,
	"roles_by_claim" jsonb NOT NULL,
	"customer_claim" text,
	"client_id" text,
	"client_secret" text,
	"authorization_endpoint" text,
	"token_endpoint" text,
	"is_active" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "identity_issuers_name_unique" UNIQUE("name"),
	CONSTRAINT "identity_issuers_issuer_unique" UNIQUE("issuer")
);
--> statement-breakpoint
CREATE TABLE "identity_oidc_logins" (
	"state_hash" "bytea" PRIMARY KEY NOT NULL,
	"issuer_id" text NOT NULL,
	"nonce" text NOT NULL,
	"code_verifier" text NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity_peers" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"fingerprint" text,
	"common_name" text,
	"roles" text[] NOT NULL,
	"requests_per_minute_max" integer,
	"is_active" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "identity_peers_fingerprint_unique" UNIQUE("fingerprint"),
	CONSTRAINT "identity_peers_common_name_unique" UNIQUE("common_name"),
	CONSTRAINT "identity_peers_known_by_one" CHECK (("identity_peers"."fingerprint" IS NULL) <> ("identity_peers"."common_name" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "identity_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"user_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"address" text NOT NULL,
	"user_agent" text NOT NULL,
	CONSTRAINT "identity_sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "identity_users" (
	"id" text PRIMARY KEY NOT NULL,
	"login" text NOT NULL,
	"email" text,
	"name" text NOT NULL,
	"password_hash" text,
	"roles" text[] NOT NULL,
	"customer_id" text,
	"is_active" boolean NOT NULL,
	"must_change_password" boolean NOT NULL,
	"failed_tries" integer DEFAULT 0 NOT NULL,
	"locked_until" bigint,
	"totp_secret" text,
	"is_totp_confirmed" boolean DEFAULT false NOT NULL,
	"totp_last_step" bigint DEFAULT 0 NOT NULL,
	"issuer_id" text,
	"subject" text,
	"created_at" bigint NOT NULL,
	CONSTRAINT "identity_users_subject" UNIQUE("issuer_id","subject"),
	CONSTRAINT "identity_users_of_one_kind" CHECK (("identity_users"."password_hash" IS NULL) = ("identity_users"."issuer_id" IS NOT NULL)),
	CONSTRAINT "identity_users_subject_of_issuer" CHECK (("identity_users"."subject" IS NULL) = ("identity_users"."issuer_id" IS NULL))
);
--> statement-breakpoint
ALTER TABLE "identity_api_keys" ADD CONSTRAINT "identity_api_keys_user_id_identity_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."identity_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_oidc_logins" ADD CONSTRAINT "identity_oidc_logins_issuer_id_identity_issuers_id_fk" FOREIGN KEY ("issuer_id") REFERENCES "public"."identity_issuers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_sessions" ADD CONSTRAINT "identity_sessions_user_id_identity_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."identity_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_users" ADD CONSTRAINT "identity_users_issuer_id_identity_issuers_id_fk" FOREIGN KEY ("issuer_id") REFERENCES "public"."identity_issuers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identity_api_keys_user" ON "identity_api_keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "identity_oidc_logins_expiry" ON "identity_oidc_logins" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "identity_sessions_user" ON "identity_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "identity_sessions_expiry" ON "identity_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "identity_users_login" ON "identity_users" USING btree (lower("login"));--> statement-breakpoint
CREATE UNIQUE INDEX "identity_users_email" ON "identity_users" USING btree (lower("email"));