// Which version of what was published when for the first time: what was published once is neither
// deleted nor written over.

import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { KindName } from "./kind-names.ts";
import { cataloguePublishedVersions } from "./schema.ts";

export const isPublished = async (
  { tables }: Context,
  kind: KindName,
  { id, version }: { readonly id: string; readonly version: string },
): Promise<boolean> => {
  const table = cataloguePublishedVersions;
  const rows = await tables
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.kind, kind), eq(table.id, id), eq(table.version, version)));
  return rows.length > 0;
};
