// Who may be the same: parties that share what few have in common, found by blind indexes, without
// opening a document. It suggests; a person decides (merge-parties.ts).

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import type { Answered } from "../http/problem.ts";
import { findResource } from "../http/tmf/change-resource.ts";
import { hrefOf, type ResourceKind } from "../http/tmf/resource-kind.ts";
import { limits } from "../limits.ts";
import type { Reach } from "../permissions.ts";

/** By the mark of the index; what is not here, as a name alone, tells nothing. */
const signs: Readonly<Record<string, { readonly name: string; readonly weight: number }>> = {
  i: { name: "identification", weight: 100 },
  b: { name: "nameAndBirthDate", weight: 60 },
  e: { name: "emailAddress", weight: 50 },
  p: { name: "phoneNumber", weight: 40 },
  o: { name: "tradingName", weight: 40 },
};

export type LikelyDuplicate = {
  readonly id: string;
  readonly href: string;
  /** Of 100 and more: the same document proves it. */
  readonly score: number;
  readonly shares: readonly string[];
};

const signOf = (key: string) => signs[key.slice(0, key.indexOf(":"))];

const strongKeysOf = async ({ statements }: Context, { name }: ResourceKind, id: string) => {
  const { rows } = await statements.query<{ search_keys: readonly string[] }>(
    `SELECT search_keys FROM ${name} WHERE id = $1`,
    [id],
  );
  return (rows[0]?.search_keys ?? []).filter((key) => signOf(key) !== undefined);
};

export const likelyDuplicates = async (
  context: Context,
  kind: ResourceKind,
  id: string,
  reach: Reach,
): Promise<Answered<readonly LikelyDuplicate[]>> => {
  const found = await findResource(context, kind, id, reach);
  if (!found.isOk) return found;
  const keys = await strongKeysOf(context, kind, id);
  // Compared by the index first, whatever the bound: for the first of them Postgres would walk the
  // table.
  const { rows } = await context.statements.query<{ id: string; shared: string[] }>(
    `WITH alike AS MATERIALIZED (
      SELECT id, search_keys FROM ${kind.name}
      WHERE search_keys && $1::text[] AND search_keys <> '{}' AND id <> $2)
    SELECT id, array(SELECT unnest(search_keys) INTERSECT SELECT unnest($1::text[])) AS shared
    FROM alike LIMIT $3`,
    [keys, id, limits.duplicatesComparedMax],
  );
  const likely = rows.map(({ id: other, shared }) => {
    const found = shared.map(signOf).filter((sign) => sign !== undefined);
    return {
      id: other,
      href: hrefOf(kind, other),
      score: found.reduce((sum, { weight }) => sum + weight, 0),
      shares: [...new Set(found.map(({ name }) => name))].sort(),
    };
  });
  return ok(likely.sort((a, b) => b.score - a.score).slice(0, limits.duplicatesPageMax));
};
