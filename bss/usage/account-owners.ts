// Whose the engine's accounts are: given by the room that opens them, so that usage knows nothing
// of how a customer comes to an account.

import type { Statements } from "../db/connection.ts";

export type AccountOwners = {
  readonly accountsOf: (statements: Statements, customerId: string) => Promise<readonly string[]>;
  /** By account; none of those that belong to nobody. */
  readonly ownersOf: (
    statements: Statements,
    accountIds: readonly string[],
  ) => Promise<ReadonlyMap<string, string>>;
};
