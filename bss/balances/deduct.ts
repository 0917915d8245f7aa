// A deduction: from a bucket, or of what a reservation holds; then what is left of it goes back.

import type { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Reach } from "../permissions.ts";
import type { Action, actionKinds } from "./action-kinds.ts";
import {
  actionHref,
  endedAction,
  findAction,
  insertAction,
  newAction,
  saveAction,
} from "./actions.ts";
import { readQuantity } from "./bucket-terms.ts";
import { checkReferences } from "./check-references.ts";
import { type FoundBucket, findBucket } from "./find-accounts.ts";
import { dropHold, endHold, lockHold } from "./holds.ts";
import { reasonCodeOf } from "./movement.ts";
import { insertRelease } from "./reserve.ts";
import { insertStep } from "./steps.ts";

export type DeductBalance_Create = z.infer<typeof actionKinds.deduct.shapes.create>;

type Deduction = { readonly bucket: FoundBucket; readonly amount: number; readonly action: Action };

export const orderDeduction = async (
  context: Context,
  { asked, reach }: { readonly asked: DeductBalance_Create; readonly reach: Reach },
): Promise<Answered<Action>> => {
  const bucket = await findBucket(context, asked.bucket.id, reach, "/bucket/id");
  if (!bucket.isOk) return bucket;
  const checked = checkReferences(bucket.value, asked);
  if (!checked.isOk) return checked;
  const amount = readQuantity(bucket.value.terms, asked.amount);
  if (!amount.isOk) return amount;
  const id = uuidV7(context.now);
  const action = newAction(context, "deduct", id, { asked, bucket: bucket.value });
  const deduction = { bucket: bucket.value, amount: amount.value, action };
  const reservation = asked.reserveBalance?.id;
  if (reservation !== undefined) return deductReserved(context, deduction, reservation);
  const { accountId, bucketId, account } = bucket.value;
  await insertAction(context, "deduct", action, account.owner);
  await insertStep(context, {
    ...{ kind: "deduct", actionId: id, purpose: "execute" },
    movement: {
      ...{ operation: "adjust", accountId, bucketId, amount: -amount.value },
      reason: reasonCodeOf(asked.reason ?? "deduction"),
    },
  });
  return ok(action);
};

/** Once: the engine has taken it already, and is asked only to give back the rest. */
const deductReserved = async (
  context: Context,
  { bucket, amount, action }: Deduction,
  reservationId: string,
): Promise<Answered<Action>> => {
  const reserved = await findAction(context, "reserve", reservationId, "FOR UPDATE");
  const hold = reserved && (await lockHold(context, reservationId));
  if (reserved === undefined || hold === undefined || hold.accountId !== bucket.accountId) {
    const errors = [{ pointer: "/reserveBalance/id", detail: "nothing is held by it" }];
    return refuse("UNPROCESSABLE", "/reserveBalance/id: nothing is held by it", { errors });
  }
  if (hold.state !== "held") return refuse("CONFLICT", "the reservation has ended");
  if (hold.bucketId !== bucket.bucketId || amount > hold.amount) {
    return refuse("UNPROCESSABLE", "the reservation holds less, or of another bucket");
  }
  await saveAction(context, "reserve", reserved.action, {
    ...reserved.action,
    statusReason: "DEDUCTED",
  });
  const reserveBalance = { id: hold.id, href: actionHref("reserve", hold.id) };
  const linked: Action = { ...action, reserveBalance };
  const { owner } = bucket.account;
  const rest = hold.amount - amount;
  if (rest === 0) {
    await dropHold(context, hold.id);
    const done = endedAction(context, linked, "completed", {});
    await insertAction(context, "deduct", done, owner);
    return ok(done);
  }
  await endHold(context, hold.id);
  await insertAction(context, "deduct", linked, owner);
  await insertRelease(context, "deduct", linked.id, hold, rest);
  return ok(linked);
};
