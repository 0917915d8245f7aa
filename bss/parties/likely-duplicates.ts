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

export const likelyDuplicates = async (
  context: Context,
  kind: ResourceKind,
  id: string,
  reach: Reach,
): Promise<Answered<readonly LikelyDuplicate[]>> => {
  const found = await findResource(context, kind, id, reach);
  if (!found.isOk) return found;
  const { rows } = await context.statements.query<{ id: string; shared: string[] }>(
    `WITH one AS (
      SELECT array(SELECT key FROM unnest(search_keys) key
        WHERE split_part(key, ':', 1) = ANY($2)) AS keys
      FROM ${kind.name} WHERE id = $1)
    SELECT other.id, array(
        SELECT unnest(other.search_keys) INTERSECT SELECT unnest(one.keys)) AS shared
    FROM one JOIN ${kind.name} AS other ON other.search_keys && one.keys
      AND other.search_keys <> '{}' AND other.id <> $1
    LIMIT $3`,
    [id, Object.keys(signs), limits.duplicatesComparedMax],
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
