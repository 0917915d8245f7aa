// The catalogue's tables. Of each kind of resource there is one, a row for each version: the id of
// a row is its address (versions.ts). Beside them what was published to the engines, and jobs.

import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { resourceTable } from "../http/tmf/resource-table.ts";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
/** ms since 1970, counts: they fit a number. */
const whole = (name: string) => bigint(name, { mode: "number" });

export const catalogs = resourceTable("catalog");
export const categories = resourceTable("category");
export const productSpecifications = resourceTable("product_specification");
export const productOfferings = resourceTable("product_offering");
export const productOfferingPrices = resourceTable("product_offering_price");
export const importJobs = resourceTable("import_job");
export const exportJobs = resourceTable("export_job");

export const publicationStates = [
  "publishing",
  "published",
  "undoing",
  "failed",
  "withdrawn",
] as const;
export type PublicationState = (typeof publicationStates)[number];

/** The catalogue as it was sent to the engines, once for each time. */
export const cataloguePublications = pgTable(
  "catalogue_publications",
  {
    id: text().primaryKey(),
    /** 1, 2, …: of the catalogue as a whole. */
    version: integer().notNull(),
    state: text().$type<PublicationState>().notNull(),
    effectiveAt: whole("effective_at").notNull(),
    /** SHA-256 of the documents that it was compiled of. */
    documentsDigest: text("documents_digest").notNull(),
    description: text(),
    /** What each version of an offering comes to (compile/product-terms.ts), by its key. */
    terms: jsonb().notNull(),
    /** All its tariff documents, whether or not engines had them already. */
    tariffs: jsonb().notNull(),
    /** What becomes of those who have a version that changes or goes. */
    treatments: jsonb().notNull(),
    /** Kinds, ids and versions that are in it. */
    contents: jsonb().notNull(),
    /** Why it is late, or failed. */
    problem: text(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    createdAt: whole("created_at").notNull(),
    /** When the last engine document of it was taken. */
    finishedAt: whole("finished_at"),
  },
  (table) => [
    uniqueIndex("catalogue_publications_version").on(table.version),
    // One at a time, and the worker finds it by one probe.
    uniqueIndex("catalogue_publications_under_way")
      .on(sql`(true)`)
      .where(sql`${table.state} IN ('publishing', 'undoing')`),
    // Which one is in force at a moment.
    index("catalogue_publications_in_force")
      .on(table.effectiveAt, table.version)
      .where(sql`${table.state} = 'published'`),
    check(
      "catalogue_publications_state",
      sql`${table.state} IN ('publishing', 'published', 'undoing', 'failed', 'withdrawn')`,
    ),
  ],
);

/** Its tariff documents in the order in which engines get them; those that undo it come last. */
export const catalogueTariffs = pgTable(
  "catalogue_tariffs",
  {
    publication: text()
      .notNull()
      .references(() => cataloguePublications.id),
    place: integer().notNull(),
    tariffId: text("tariff_id").notNull(),
    effectiveFrom: whole("effective_from").notNull(),
    document: text().notNull(),
    /** 1, 2, …: in which order all of them were sent; null: not yet. */
    sent: whole("sent"),
    /** As the engine counts its publications. */
    tariffVersion: whole("tariff_version"),
  },
  (table) => [
    primaryKey({ columns: [table.publication, table.place] }),
    // What engines know of a tariff.
    index("catalogue_tariffs_sent").on(table.tariffId, table.sent),
  ],
);

/** What was published at some time is neither deleted nor written over. */
export const cataloguePublishedVersions = pgTable(
  "catalogue_published_versions",
  {
    kind: text().notNull(),
    id: text().notNull(),
    version: text().notNull(),
    /** The first one that had it. */
    publication: text()
      .notNull()
      .references(() => cataloguePublications.id),
    effectiveAt: whole("effective_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id, table.version] }),
    // A publication that is withdrawn takes its versions back.
    index("catalogue_published_versions_publication").on(table.publication),
  ],
);

export const jobStates = ["waiting", "running", "done", "failed", "stopped"] as const;
export type JobState = (typeof jobStates)[number];

/** Work that goes on after the answer: imports, exports, previews. */
export const catalogueJobs = pgTable(
  "catalogue_jobs",
  {
    id: text().primaryKey(),
    work: text().$type<"import" | "export" | "preview">().notNull(),
    state: text().$type<JobState>().notNull(),
    /** As it was asked for. */
    request: jsonb().notNull(),
    /** What is imported, or what came of an export. */
    content: bytea(),
    contentType: text("content_type"),
    /** Rows or records; null: not counted yet. */
    total: whole("total"),
    done: whole("done").notNull(),
    failed: whole("failed").notNull(),
    /** How far it is, and what has come of it so far: where it goes on after a crash. */
    progress: jsonb().notNull(),
    problem: text(),
    actor: jsonb().notNull(),
    createdAt: whole("created_at").notNull(),
    finishedAt: whole("finished_at"),
  },
  (table) => [
    // The worker takes the oldest that is not over.
    index("catalogue_jobs_open").on(table.id).where(sql`${table.state} IN ('waiting', 'running')`),
    check(
      "catalogue_jobs_state",
      sql`${table.state} IN ('waiting', 'running', 'done', 'failed', 'stopped')`,
    ),
  ],
);

/** What was wrong with a row of an import. */
export const catalogueJobErrors = pgTable(
  "catalogue_job_errors",
  {
    job: text()
      .notNull()
      .references(() => catalogueJobs.id, { onDelete: "cascade" }),
    /** From 1 on, as people count; of CSV without its heading. */
    row: integer().notNull(),
    place: integer().notNull(),
    pointer: text().notNull(),
    code: text().notNull(),
    detail: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.job, table.row, table.place] })],
);
