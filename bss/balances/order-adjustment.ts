// An adjustment: a bucket is corrected up or down, with a reason that the journal keeps. Above an
// amount of money, another one than who asks has to approve it.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Reach } from "../permissions.ts";
import type { Action } from "./action-kinds.ts";
import { findAction, type HeldAction, insertAction, newAction, saveAction } from "./actions.ts";
import { readQuantity } from "./bucket-terms.ts";
import { checkReferences } from "./check-references.ts";
import { findBucket } from "./find-accounts.ts";
import { reasonCodeOf } from "./movement.ts";
import { approveStep, findStep, insertStep, nameOfActor } from "./steps.ts";
import type { AdjustBalance_Create } from "./tmf654.generated.ts";

export const awaitsApproval = "AWAITS_APPROVAL";

type AdjustmentOrder = {
  readonly asked: AdjustBalance_Create;
  readonly reach: Reach;
  /** Micros of money that one may adjust alone; undefined: any. */
  readonly aloneMicrosMax: number | undefined;
};

/** Below 0 it is a debit, which takes nothing reserved and goes no further than the limit. */
export const orderAdjustment = async (
  context: Context,
  { asked, reach, aloneMicrosMax = Number.POSITIVE_INFINITY }: AdjustmentOrder,
): Promise<Answered<Action>> => {
  if (asked.adjustType === "recurring") return refuse("UNPROCESSABLE", "/adjustType: only oneTime");
  const { reason } = asked;
  if (reason === undefined || reason.trim() === "") {
    const errors = [{ pointer: "/reason", detail: "an adjustment has to have one" }];
    return refuse("UNPROCESSABLE", "/reason: an adjustment has to have one", { errors });
  }
  const bucket = await findBucket(context, asked.bucket.id, reach, "/bucket/id");
  if (!bucket.isOk) return bucket;
  const checked = checkReferences(bucket.value, asked);
  if (!checked.isOk) return checked;
  const amount = readQuantity(bucket.value.terms, asked.amount, { isSigned: true });
  if (!amount.isOk) return amount;
  const { accountId, bucketId, account, terms } = bucket.value;
  const needsApproval = terms.unit === "money" && Math.abs(amount.value) > aloneMicrosMax;
  const id = uuidV7(context.now);
  const asGiven = newAction(context, "adjust", id, { asked, bucket: bucket.value });
  const action = needsApproval ? { ...asGiven, statusReason: awaitsApproval } : asGiven;
  await insertAction(context, "adjust", action, account.owner);
  await insertStep(context, {
    ...{ kind: "adjust", actionId: id, purpose: "execute", needsApproval },
    movement: {
      ...{ operation: "adjust", accountId, bucketId, amount: amount.value },
      reason: reasonCodeOf(reason),
    },
  });
  return ok(action);
};

/** By somebody else than who asked for it. */
export const approveAdjustment = async (
  context: Context,
  id: string,
): Promise<Answered<HeldAction>> => {
  const held = await findAction(context, "adjust", id, "FOR UPDATE");
  if (held === undefined) return refuse("NOT_FOUND", `there is no adjustBalance ${id}`);
  const step = await findStep(context, id, "FOR UPDATE");
  if (step === undefined || step.nextAt !== null) {
    return refuse("CONFLICT", "it waits for nobody's approval");
  }
  if (step.askedBy === nameOfActor(context.actor)) {
    return refuse("FORBIDDEN", "whoever asked for it cannot approve it");
  }
  await approveStep(context, step.requestId);
  const { statusReason: _, ...rest } = held.action as Action & { readonly statusReason?: string };
  await saveAction(context, "adjust", held.action, rest as Action);
  return ok({ ...held, action: rest as Action });
};
