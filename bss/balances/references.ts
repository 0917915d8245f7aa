// How buckets, customers and accounts are referred to in documents of TMF654.

import { balanceApi } from "./action-kinds.ts";
import { type BucketPlace, bucketIdOf } from "./bucket-terms.ts";
import type { BalanceAccount } from "./find-accounts.ts";

export const bucketHref = (id: string): string =>
  `${balanceApi.basePath}/bucket/${encodeURIComponent(id)}`;

export const bucketRefOf = (place: BucketPlace) => {
  const id = bucketIdOf(place);
  return { id, href: bucketHref(id), "@referredType": "Bucket" };
};

/** `relatedParty`, where it belongs to somebody. */
export const ownerRefOf = ({ owner }: Pick<BalanceAccount, "owner">) =>
  owner === null
    ? {}
    : { relatedParty: [{ id: owner, "@referredType": "Customer", role: "customer" }] };
