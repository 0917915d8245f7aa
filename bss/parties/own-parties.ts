// Whose a party is: the customer that engages it, or else one that it is a member of. Kept in the
// column that `own` reaches by, for the party's document does not tell.

import type { Context } from "../context.ts";

export type OwnedParties = {
  readonly customerId: string;
  /** Engaged: it is this customer's whoever had it before. */
  readonly engaged: readonly string[];
  /** Members: where nobody has them yet. */
  readonly members: readonly string[];
};

/** Takes what is given, and lets go of whatever else it had. */
export const ownParties = async (
  { statements }: Context,
  { customerId, engaged, members }: OwnedParties,
): Promise<void> => {
  for (const table of ["individual", "organization"]) {
    await statements.query(
      `UPDATE ${table} SET owner = CASE WHEN id = ANY($2::text[] || $3::text[]) THEN $1::text END
      WHERE (owner = $1 AND id <> ALL($2::text[] || $3::text[]))
        OR (id = ANY($2::text[]) AND owner IS DISTINCT FROM $1)
        OR (id = ANY($3::text[]) AND owner IS NULL)`,
      [customerId, engaged, members],
    );
  }
};
