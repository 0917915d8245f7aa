// What a request says besides its bucket must say the same: the account, the kind of use. A wrong
// number typed beside a right bucket is a mistake that somebody pays for.

import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { usageTypeOf } from "./bucket-terms.ts";
import type { FoundBucket } from "./find-accounts.ts";
import type { UsageType } from "./tmf654.generated.ts";

type Said = {
  readonly partyAccount?: { readonly id: string } | undefined;
  readonly usageType?: UsageType | undefined;
};

/** `partyAccount` is the billing account, or the engine's account itself. */
export const checkReferences = (
  { account, terms }: FoundBucket,
  { partyAccount, usageType }: Said,
): Answered<void> => {
  const accounts = [account.accountId, account.billingAccountId];
  if (partyAccount !== undefined && !accounts.includes(partyAccount.id)) {
    const errors = [{ pointer: "/partyAccount/id", detail: "the bucket is of another account" }];
    return refuse("UNPROCESSABLE", "/partyAccount/id: the bucket is of another account", {
      errors,
    });
  }
  if (usageType !== undefined && usageType !== usageTypeOf(terms)) {
    const detail = `the bucket is for ${usageTypeOf(terms)}`;
    return refuse("UNPROCESSABLE", `/usageType: ${detail}`, {
      errors: [{ pointer: "/usageType", detail }],
    });
  }
  return ok(undefined);
};
