// A transfer: units move from a bucket to another one of the same unit, of any account, with a fee
// that the source pays. What cannot arrive goes back with its fee.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { microsOf } from "../http/tmf/amounts.ts";
import type { Reach } from "../permissions.ts";
import type { Action } from "./action-kinds.ts";
import { insertAction, newAction } from "./actions.ts";
import { readQuantity, unitsOf, usageTypeOf } from "./bucket-terms.ts";
import { checkReferences } from "./check-references.ts";
import { type FoundBucket, findBucket } from "./find-accounts.ts";
import type { IdentifierKey } from "./identifier-key.ts";
import { bucketRefOf } from "./references.ts";
import { insertStep } from "./steps.ts";
import type { TransferBalance_Create } from "./tmf654.generated.ts";

const wrong = (pointer: string, detail: string) =>
  refuse("UNPROCESSABLE", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });

/** Money of the source's own: the engine takes it from the same bucket, in its unit. */
const readFee = (
  { terms }: FoundBucket,
  { transferCost, costOwner }: TransferBalance_Create,
  reach: Reach,
): Answered<number> => {
  if (transferCost === undefined) return ok(0);
  if (costOwner === "receiver") return wrong("/costOwner", "only the originator pays");
  if (reach === "own") return wrong("/transferCost", "it is not for you to say");
  if (terms.unit !== "money" || transferCost.unit !== unitsOf(terms)) {
    return wrong("/transferCost/unit", `the bucket is kept in ${unitsOf(terms)}`);
  }
  const fee = transferCost.value === undefined ? undefined : microsOf(transferCost.value);
  if (fee === undefined || fee < 0) return wrong("/transferCost/value", "expected 0 or more");
  return ok(fee);
};

/** The number beside the bucket must be the receiver's: money that went astray is gone. */
const checkReceiver = (
  { account, terms }: FoundBucket,
  { receiverLogicalResource: { id }, receiverBucketUsageType }: TransferBalance_Create,
  identifierKey: IdentifierKey,
): Answered<void> => {
  if (receiverBucketUsageType !== usageTypeOf(terms)) {
    return wrong("/receiverBucketUsageType", `the bucket is for ${usageTypeOf(terms)}`);
  }
  const isTheirs = id === account.accountId || account.identifierKeys.includes(identifierKey(id));
  return isTheirs ? ok(undefined) : wrong("/receiverLogicalResource/id", "it is somebody else's");
};

type TransferOrder = {
  readonly asked: TransferBalance_Create;
  readonly reach: Reach;
  readonly identifierKey: IdentifierKey;
};

/** Who reaches only its own gives from its own, to anybody. */
export const orderTransfer = async (
  context: Context,
  { asked, reach, identifierKey }: TransferOrder,
): Promise<Answered<Action>> => {
  const from = await findBucket(context, asked.bucket.id, reach, "/bucket/id");
  if (!from.isOk) return from;
  const to = await findBucket(context, asked.receiverBucket.id, "all", "/receiverBucket/id");
  if (!to.isOk) return to;
  const checked = checkReferences(from.value, asked);
  if (!checked.isOk) return checked;
  const received = checkReceiver(to.value, asked, identifierKey);
  if (!received.isOk) return received;
  const amount = readQuantity(from.value.terms, asked.amount);
  if (!amount.isOk) return amount;
  if (unitsOf(from.value.terms) !== unitsOf(to.value.terms)) {
    return wrong("/receiverBucket/id", "it is kept in another unit");
  }
  const fee = readFee(from.value, asked, reach);
  if (!fee.isOk) return fee;
  const id = uuidV7(context.now);
  const action: Action = {
    ...newAction(context, "transfer", id, { asked, bucket: from.value }),
    receiverBucket: bucketRefOf(to.value),
    receiverLogicalResource: { id: to.value.accountId, "@referredType": "BalanceAccount" },
  };
  await insertAction(context, "transfer", action, from.value.account.owner);
  await insertStep(context, {
    ...{ kind: "transfer", actionId: id, purpose: "execute" },
    movement: {
      ...{ operation: "transfer", kind: "transfer", amount: amount.value, fee: fee.value },
      ...{ fromAccountId: from.value.accountId, fromBucketId: from.value.bucketId },
      ...{ toAccountId: to.value.accountId, toBucketId: to.value.bucketId },
    },
  });
  return ok(action);
};
