// Parties, customers and accounts together: they refer to each other in circles, so each gets all
// kinds by a function that is asked later. Kinds of other domains that refer to them, or that they
// refer to (payment methods, agreements), join by `others`.

import { type AccountKinds, accountKinds, accountRoutes } from "./accounts/index.ts";
import {
  type CustomerKinds,
  customerKinds,
  customerRoutes,
  encryptedInteractions,
} from "./customers/index.ts";
import type { Route } from "./http/route.ts";
import type { ResourceKind } from "./http/tmf/resource-kind.ts";
import { encryptedOf, type PartyKinds, partyKinds, partyRoutes } from "./parties/index.ts";
import type { Cipher, EncryptedTable } from "./privacy/index.ts";

export type PartiesOfBss = {
  readonly party: PartyKinds;
  readonly customer: CustomerKinds;
  readonly account: AccountKinds;
  readonly kinds: readonly ResourceKind[];
  readonly routes: readonly Route[];
  /** For the change of keys. */
  readonly encrypted: readonly EncryptedTable[];
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
    routes: [
      ...partyRoutes(party, kinds),
      ...customerRoutes(customer, cipher),
      ...accountRoutes(account),
    ],
    encrypted: [...made.flatMap(encryptedOf), encryptedInteractions],
  };
};
