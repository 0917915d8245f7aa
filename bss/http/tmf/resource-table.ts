// The table of a kind of TMF resource: the document as it is shown, and beside it the little that
// Postgres has to know by itself. One GIN index answers equality on any attribute.

import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";

export type Document = Readonly<Record<string, unknown>>;

export type ResourceTable = ReturnType<typeof resourceTable>;

/** Its rows are counted by a trigger that the migration makes (see http/README.md). */
export const resourceTable = (name: string) =>
  pgTable(
    name,
    {
      /** UUIDs of version 7: in the order of their making. */
      id: text().primaryKey(),
      /** 1, 2, …: the ETag. */
      revision: integer().notNull(),
      /** The customer whose it is: what `own` reaches. */
      owner: text(),
      /** Blind indexes of what is sealed in the document; empty where nothing is. */
      searchKeys: text("search_keys").array().notNull().default(sql`'{}'`),
      document: jsonb().$type<Document>().notNull(),
      /** ms since 1970, as is the next. */
      createdAt: bigint("created_at", { mode: "number" }).notNull(),
      updatedAt: bigint("updated_at", { mode: "number" }).notNull(),
    },
    (table) => [
      // Attribute filters by equality, whatever the attribute.
      index(`${name}_document`).using("gin", sql`${table.document} jsonb_path_ops`),
      // Most resources are nobody's or not searched by what is sealed: those take no room.
      index(`${name}_owner`).on(table.owner, table.id).where(sql`${table.owner} IS NOT NULL`),
      index(`${name}_search_keys`)
        .using("gin", table.searchKeys)
        .where(sql`${table.searchKeys} <> '{}'`),
    ],
  );
