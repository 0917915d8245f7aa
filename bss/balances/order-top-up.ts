// A top-up: what is bought or given is credited to a bucket, with what the tariff gives besides.
// One that recurs is a rule, each of whose top-ups is one of its own.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Reach } from "../permissions.ts";
import type { Action } from "./action-kinds.ts";
import { insertAction, newAction } from "./actions.ts";
import { addRecurring } from "./auto-top-ups.ts";
import { readQuantity } from "./bucket-terms.ts";
import { checkReferences } from "./check-references.ts";
import { findBucket } from "./find-accounts.ts";
import { insertStep } from "./steps.ts";
import type { TopupBalance_Create } from "./tmf654.generated.ts";

type TopUpOrder = {
  readonly asked: TopupBalance_Create;
  readonly reach: Reach;
  /** Of those who must ask once only, whatever happens: a voucher, a rule's instant. */
  readonly id?: string;
  /** Its number, never its code, which is worth money. */
  readonly voucherNumber?: string;
  /** Of a bucket with a validity of its own. */
  readonly extendsValiditySeconds?: number;
};

/** Written, and to be settled once that is committed (`settleAction`). */
export const orderTopUp = async (
  context: Context,
  order: TopUpOrder,
): Promise<Answered<Action>> => {
  const { asked, reach, id = uuidV7(context.now), extendsValiditySeconds } = order;
  if (asked.voucher !== undefined) return refuseVoucher();
  const bucket = await findBucket(context, asked.bucket.id, reach, "/bucket/id");
  if (!bucket.isOk) return bucket;
  const checked = checkReferences(bucket.value, asked);
  if (!checked.isOk) return checked;
  const amount = readQuantity(bucket.value.terms, asked.amount);
  if (!amount.isOk) return amount;
  const { accountId, bucketId, account } = bucket.value;
  const { voucherNumber: voucher } = order;
  const action: Action = {
    ...newAction(context, "topup", id, { asked, bucket: bucket.value }),
    ...(voucher === undefined ? {} : { voucher }),
  };
  await insertAction(context, "topup", action, account.owner);
  if (asked.recurringPeriod !== undefined) {
    const rule = { id, bucket: bucket.value, amount: amount.value, asked };
    return addRecurring(context, { ...rule, period: asked.recurringPeriod }, action);
  }
  const isOfRule = asked.balanceTopup !== undefined;
  if (asked.numberOfPeriods !== undefined || (asked.isAutoTopup && !isOfRule)) {
    return refuse("UNPROCESSABLE", "/recurringPeriod: it has to be there for what recurs", {
      errors: [{ pointer: "/recurringPeriod", detail: "it has to be there for what recurs" }],
    });
  }
  const extended = extendsValiditySeconds === undefined ? {} : { extendsValiditySeconds };
  await insertStep(context, {
    ...{ kind: "topup", actionId: id, purpose: "execute" },
    movement: { operation: "topUp", accountId, bucketId, amount: amount.value, ...extended },
  });
  return ok(action);
};

/** Its amount says the voucher and not who asks, and its code is to be in no document. */
const refuseVoucher = () => {
  const detail = "redeem it by POST /api/vouchers/redeem";
  return refuse("UNPROCESSABLE", `/voucher: ${detail}`, {
    errors: [{ pointer: "/voucher", detail }],
  });
};
