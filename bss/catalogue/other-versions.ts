// The versions that there are of one thing, whatever their addresses; and what they say of their
// life.

import { sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { type KindName, tableOf } from "./kind-names.ts";
import { type LifecycleStatus, lifecycleDefault, lifecycleStatusOf } from "./lifecycle.ts";
import { compareVersions, versionOf } from "./versions.ts";

export type StoredVersion = {
  readonly address: string;
  readonly revision: number;
  readonly document: Document;
};

export const statusOf = (document: Document): LifecycleStatus =>
  lifecycleStatusOf(document["lifecycleStatus"]) ?? lifecycleDefault;

/** By id, the oldest version first; their addresses stand side by side in the primary key. */
export const versionsOfAll = async (
  { tables }: Context,
  kind: KindName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredVersion[]>> => {
  const found = new Map<string, StoredVersion[]>();
  if (ids.length === 0) return found;
  const table = tableOf[kind];
  const probes = ids.map(
    (id) => sql`${table.id} = ${id}
      OR (${table.id} >= ${`${id}:(version=`} AND ${table.id} < ${`${id}:(version>`})`,
  );
  const { rows } = await tables.execute(sql`
    SELECT ${table.id} AS address, ${table.revision} AS revision, ${table.document} AS document
    FROM ${table} WHERE ${sql.join(probes, sql` OR `)}`);
  for (const row of rows as unknown as StoredVersion[]) {
    const id = String(row.document["id"]);
    found.set(id, [...(found.get(id) ?? []), row]);
  }
  for (const versions of found.values()) {
    versions.sort((a, b) => compareVersions(versionOf(a.document), versionOf(b.document)));
  }
  return found;
};

export const versionsOfOne = async (
  context: Context,
  kind: KindName,
  id: string,
): Promise<readonly StoredVersion[]> => (await versionsOfAll(context, kind, [id])).get(id) ?? [];
