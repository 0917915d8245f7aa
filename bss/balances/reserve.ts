// A reservation outside of a session: the amount leaves its bucket and is held until somebody
// deducts it, cancels it, or its time is over. To the engine it is a debit and, of what comes
// back, a credit.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Reach } from "../permissions.ts";
import type { Action } from "./action-kinds.ts";
import { insertAction, newAction, saveAction } from "./actions.ts";
import { readQuantity } from "./bucket-terms.ts";
import { checkReferences } from "./check-references.ts";
import { findBucket } from "./find-accounts.ts";
import { endHold, expiryOf, type Hold, lockHold } from "./holds.ts";
import { insertStep } from "./steps.ts";
import type { ReserveBalance_Create } from "./tmf654.generated.ts";

export const reservationReason = "reservation";
const releaseReason = "reservation-released";

const wrong = (pointer: string, detail: string) =>
  refuse("UNPROCESSABLE", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });

export const orderReservation = async (
  context: Context,
  { asked, reach }: { readonly asked: ReserveBalance_Create; readonly reach: Reach },
): Promise<Answered<Action>> => {
  const { now } = context;
  const bucket = await findBucket(context, asked.bucket.id, reach, "/bucket/id");
  if (!bucket.isOk) return bucket;
  const checked = checkReferences(bucket.value, asked);
  if (!checked.isOk) return checked;
  const amount = readQuantity(bucket.value.terms, asked.amount ?? {});
  if (!amount.isOk) return amount;
  const expiresAt = expiryOf(now, asked);
  if (!(expiresAt > now && expiresAt <= now + limits.balanceHoldMsMax)) {
    const days = limits.balanceHoldMsMax / 86_400_000;
    return wrong("/validFor/endDateTime", `expected a time within the next ${days} days`);
  }
  const { accountId, bucketId, account } = bucket.value;
  const id = uuidV7(now);
  const action: Action = {
    ...newAction(context, "reserve", id, { asked, bucket: bucket.value }),
    validFor: { ...asked.validFor, endDateTime: new Date(expiresAt).toISOString() },
  };
  await insertAction(context, "reserve", action, account.owner);
  await insertStep(context, {
    ...{ kind: "reserve", actionId: id, purpose: "execute" },
    movement: {
      ...{ operation: "adjust", accountId, bucketId, amount: -amount.value },
      reason: reservationReason,
    },
  });
  return ok(action);
};

/** What of a hold comes back, for whichever action it is. */
export const insertRelease = (
  context: Context,
  kind: "reserve" | "deduct",
  actionId: string,
  { accountId, bucketId }: Hold,
  amount: number,
): Promise<void> =>
  insertStep(context, {
    ...{ kind, actionId, purpose: "release" },
    movement: { operation: "adjust", accountId, bucketId, amount, reason: releaseReason },
  });

/** Of an action that the transaction holds: all of it goes back. */
export const releaseReservation = async (
  context: Context,
  action: Action,
): Promise<Answered<Action>> => {
  const hold = await lockHold(context, action.id);
  if (hold?.state !== "held") return refuse("CONFLICT", "nothing is held by it any more");
  await endHold(context, hold.id);
  await insertRelease(context, "reserve", action.id, hold, hold.amount);
  const ending: Action = { ...action, statusReason: "RELEASING" };
  await saveAction(context, "reserve", action, ending);
  return ok(ending);
};
