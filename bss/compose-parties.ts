// Parties, customers and accounts together: they refer to each other in circles, so each gets all
// kinds by a function that is asked later. Kinds of other domains that refer to them, or that they
// refer to (payment methods, agreements), join by `others`.

import {
  type AccountKinds,
  accountKinds,
  accountRoutes,
  type ImportedParties,
  importParties,
  type PartyRow,
} from "./accounts/index.ts";
import type { Context } from "./context.ts";
import { type CustomerKinds, customerKinds, customerRoutes } from "./customers/index.ts";
import type { Answered } from "./http/problem.ts";
import type { Route } from "./http/route.ts";
import type { ResourceKind } from "./http/tmf/resource-kind.ts";
import { type PartyKinds, partyKinds, partyRoutes } from "./parties/index.ts";
import type { Cipher } from "./privacy/index.ts";

export type PartiesOfBss = {
  readonly party: PartyKinds;
  readonly customer: CustomerKinds;
  readonly account: AccountKinds;
  readonly kinds: readonly ResourceKind[];
  /** Up to `importPageMax` subscribers in the transaction of the context. */
  readonly importParties: (
    context: Context,
    rows: readonly PartyRow[],
  ) => Promise<Answered<ImportedParties>>;
  readonly routes: readonly Route[];
};

export const composeParties = ({
  cipher,
  others = () => [],
}: {
  readonly cipher: Cipher;
  readonly others?: () => readonly ResourceKind[];
}): PartiesOfBss => {
  const made: ResourceKind[] = [];
  const kinds = () => [...made, ...others()];
  const deps = { cipher, kinds };
  const [party, customer, account] = [partyKinds(deps), customerKinds(deps), accountKinds(deps)];
  made.push(...[party, customer, account].flatMap((group) => Object.values(group)));
  return {
    ...{ party, customer, account, kinds: made },
    importParties: (context, rows) =>
      importParties(context, { ...party, ...customer, ...account, kinds }, rows),
    routes: [
      ...partyRoutes(party, kinds),
      ...customerRoutes(customer, cipher),
      ...accountRoutes(account),
    ],
  };
};
