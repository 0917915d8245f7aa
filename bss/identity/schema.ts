// The tables of identity: who may log in, with what, and what a foreign issuer or certificate is
// worth here. Tokens and keys are stored as SHA-256 only: they are random, so nothing is gained by
// a slow hash; passwords are not, and have argon2id. Roles are text, for a role may be renamed.

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
/** ms since 1970. */
const moment = (name: string) => bigint(name, { mode: "number" });

/** Whose tokens are believed, and what their claims are worth. */
export const identityIssuers = pgTable("identity_issuers", {
  id: text().primaryKey(),
  /** In addresses: `/api/identity/oidc/NAME/start`. */
  name: text().notNull().unique(),
  /** The `iss` of its tokens, character for character. */
  issuer: text().notNull().unique(),
  /** The `aud` of tokens that are for this API. */
  audience: text().notNull(),
  jwksUri: text("jwks_uri").notNull(),
  algorithms: text().array().notNull(),
  /** Where the roles stand, as in `realm_access.roles`. */
  rolesClaim: text("roles_claim").notNull(),
  /** What stands there → roles of ours. */
  rolesByClaim: jsonb("roles_by_claim")
    .$type<Readonly<Record<string, readonly string[]>>>()
    .notNull(),
  customerClaim: text("customer_claim"),
  /** These four for logging in with it; its tokens are believed without them. */
  clientId: text("client_id"),
  /** Sealed. Null: a public client, which PKCE is enough for. */
  clientSecret: text("client_secret"),
  authorizationEndpoint: text("authorization_endpoint"),
  tokenEndpoint: text("token_endpoint"),
  isActive: boolean("is_active").notNull(),
  createdAt: moment("created_at").notNull(),
});

export const identityUsers = pgTable(
  "identity_users",
  {
    id: text().primaryKey(),
    login: text().notNull(),
    email: text(),
    name: text().notNull(),
    /** argon2id in PHC form; null: logs in elsewhere. */
    passwordHash: text("password_hash"),
    roles: text().array().notNull(),
    customerId: text("customer_id"),
    isActive: boolean("is_active").notNull(),
    mustChangePassword: boolean("must_change_password").notNull(),
    /** Tries since the last that was right, those under way included. */
    failedTries: integer("failed_tries").notNull().default(0),
    lockedUntil: moment("locked_until"),
    /** Sealed; of no effect until it was confirmed by a code. */
    totpSecret: text("totp_secret"),
    isTotpConfirmed: boolean("is_totp_confirmed").notNull().default(false),
    /** The step of the last code: it and those before are used up. */
    totpLastStep: moment("totp_last_step").notNull().default(0),
    issuerId: text("issuer_id").references(() => identityIssuers.id, { onDelete: "cascade" }),
    /** The `sub` of the issuer. */
    subject: text(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    // One person is not two by a capital letter; and this is how a login is found.
    uniqueIndex("identity_users_login").on(sql`lower(${table.login})`),
    uniqueIndex("identity_users_email").on(sql`lower(${table.email})`),
    // How somebody who comes from an issuer is found again.
    unique("identity_users_subject").on(table.issuerId, table.subject),
    check(
      "identity_users_of_one_kind",
      sql`(${table.passwordHash} IS NULL) = (${table.issuerId} IS NOT NULL)`,
    ),
    check(
      "identity_users_subject_of_issuer",
      sql`(${table.subject} IS NULL) = (${table.issuerId} IS NULL)`,
    ),
  ],
);

export const identitySessions = pgTable(
  "identity_sessions",
  {
    /** What lists show and revocations name; it opens nothing. */
    id: text().primaryKey(),
    tokenHash: bytea("token_hash").notNull().unique(),
    userId: text("user_id")
      .notNull()
      .references(() => identityUsers.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull(),
    /** To the minute. */
    lastUsedAt: moment("last_used_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
    address: text().notNull(),
    userAgent: text("user_agent").notNull(),
  },
  // All of a user are listed and revoked; what is over is swept by its age.
  (table) => [
    index("identity_sessions_user").on(table.userId),
    index("identity_sessions_expiry").on(table.expiresAt),
  ],
);

export const identityApiKeys = pgTable(
  "identity_api_keys",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    keyHash: bytea("key_hash").notNull().unique(),
    /** Its first characters, by which its owner knows it. */
    hint: text().notNull(),
    /** Of a person: it can do no more than they can, and ends with them. */
    userId: text("user_id").references(() => identityUsers.id, { onDelete: "cascade" }),
    roles: text().array().notNull(),
    /** Null: all that the roles may. */
    scopes: text().array(),
    customerId: text("customer_id"),
    requestsPerMinuteMax: integer("requests_per_minute_max"),
    expiresAt: moment("expires_at"),
    /** To the minute. */
    lastUsedAt: moment("last_used_at"),
    revokedAt: moment("revoked_at"),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [index("identity_api_keys_user").on(table.userId)],
);

/** Network elements that show a certificate; the door has verified that a known CA signed it. */
export const identityPeers = pgTable(
  "identity_peers",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** SHA-256 of the certificate, 64 lower-case hexadecimal digits. */
    fingerprint: text().unique(),
    commonName: text("common_name").unique(),
    roles: text().array().notNull(),
    requestsPerMinuteMax: integer("requests_per_minute_max"),
    isActive: boolean("is_active").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    check(
      "identity_peers_known_by_one",
      sql`(${table.fingerprint} IS NULL) <> (${table.commonName} IS NULL)`,
    ),
  ],
);

/** Somebody is at the issuer's door; what has to come back with them, once. */
export const identityOidcLogins = pgTable(
  "identity_oidc_logins",
  {
    stateHash: bytea("state_hash").primaryKey(),
    issuerId: text("issuer_id")
      .notNull()
      .references(() => identityIssuers.id, { onDelete: "cascade" }),
    nonce: text().notNull(),
    /** Sealed. */
    codeVerifier: text("code_verifier").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  // Those who never came back are swept.
  (table) => [index("identity_oidc_logins_expiry").on(table.expiresAt)],
);
