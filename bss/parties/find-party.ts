// A party by its id, be it a person or an organisation, be it there or merged into another.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Reach } from "../permissions.ts";

export type FoundParty = {
  readonly kind: "individual" | "organization";
  /** Of the one that is there. */
  readonly id: string;
};

/** Foreign ones are not there for who reaches only its own. */
export const findParty = async (
  { statements, actor }: Context,
  id: string,
  reach: Reach,
): Promise<Answered<FoundParty>> => {
  const { rows } = await statements.query<FoundParty>(
    `WITH one AS (
      SELECT coalesce((SELECT survivor FROM merged_parties WHERE id = $1), $1) AS id)
    SELECT 'individual' AS kind, p.id FROM individual p JOIN one USING (id)
      WHERE $2::text IS NULL OR owner = $2
    UNION ALL
    SELECT 'organization', p.id FROM organization p JOIN one USING (id)
      WHERE $2::text IS NULL OR owner = $2`,
    [id, reach === "own" ? (actor.customerId ?? "") : null],
  );
  return rows[0] === undefined ? refuse("NOT_FOUND", `there is no party ${id}`) : ok(rows[0]);
};

/** And held, so that it is neither deleted nor merged until the transaction ends. */
export const holdParty = async (
  context: Context,
  id: string,
  reach: Reach,
): Promise<Answered<FoundParty>> => {
  const found = await findParty(context, id, reach);
  if (!found.isOk) return found;
  const { kind, id: there } = found.value;
  const { rowCount } = await context.statements.query(
    `SELECT FROM ${kind} WHERE id = $1 FOR KEY SHARE`,
    [there],
  );
  // It was merged or deleted a moment ago: it is looked for once more.
  return rowCount === 0 ? findParty(context, id, reach) : found;
};

/** Its own id and those that were merged into it. */
export const idsOfParty = async ({ statements }: Context, id: string) => {
  const { rows } = await statements.query<{ id: string }>(
    "SELECT id FROM merged_parties WHERE survivor = $1",
    [id],
  );
  return [id, ...rows.map((row) => row.id)];
};
