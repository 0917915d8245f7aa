// The audit's tables: an entry for each change, appended in the transaction of the change, and a
// seal for each entry, which gives it its place in the chain of hashes (seal-entries.ts). Both are
// only ever added to: triggers of the migration refuse everything else, the owner included.

import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
  index,
  json,
  pgTable,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const transactionId = customType<{ data: string }>({ dataType: () => "xid8" });
const whole = (name: string) => bigint(name, { mode: "number" });

export const auditEntries = pgTable(
  "audit_entries",
  {
    id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
    /** ms since 1970, the movable clock's. */
    at: whole("at").notNull(),
    requestId: text("request_id").notNull(),
    actorKind: text("actor_kind").notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    /** Null: nobody gave one. */
    reason: text(),
    entity: text().notNull(),
    entityId: text("entity_id").notNull(),
    action: text().notNull(),
    /**
     * json, not jsonb: it keeps the octets that were digested, and takes texts that jsonb refuses
     * (U+0000, halves of surrogate pairs). Null where there was nothing.
     */
    before: json(),
    after: json(),
    /** entry-digest.ts */
    digest: bytea().notNull(),
    /** By which the sealer knows what may still have been under way when it last looked. */
    transaction: transactionId("transaction").notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    // Each way to ask for entries, newest first, and where its page ends: reads cost the same
    // however many there are.
    index("audit_entries_at").on(table.at, table.id),
    index("audit_entries_entity").on(table.entity, table.at, table.id),
    index("audit_entries_entity_id").on(table.entityId, table.at, table.id),
    index("audit_entries_actor").on(table.actorId, table.at, table.id),
    // What the sealer looks for each second.
    index("audit_entries_transaction").on(table.transaction, table.id),
    check(
      "audit_entries_action",
      sql`${table.action} IN ('create', 'update', 'delete', 'execute')`,
    ),
    check("audit_entries_digest", sql`octet_length(${table.digest}) = 32`),
  ],
);

export const auditSeals = pgTable(
  "audit_seals",
  {
    /** From 1 on, without gaps. */
    position: whole("position").primaryKey(),
    entryId: whole("entry_id").notNull(),
    digest: bytea().notNull(),
    /** SHA-256 of the hash at the position before, 32 zero octets at the first, and the digest. */
    hash: bytea().notNull(),
    /** No transaction before this one was under way any more: the next look begins here. */
    horizon: transactionId("horizon").notNull(),
  },
  (table) => [
    // No entry is sealed twice; and which are not sealed is asked for each second.
    uniqueIndex("audit_seals_entry").on(table.entryId),
    check("audit_seals_position", sql`${table.position} > 0`),
    check(
      "audit_seals_octets",
      sql`octet_length(${table.digest}) = 32 AND octet_length(${table.hash}) = 32`,
    ),
  ],
);
