// What moves money besides use, as the table of operations says it: top-ups, adjustments,
// transfers.

import { limits } from "../limits.ts";
import * as f from "./fields.ts";

export const transferKinds = ["transfer", "gift"] as const;

const options = {
  /** Of a bucket with a validity of its own: by how much its end moves on. */
  extendsValiditySeconds: f.optional(f.uint32, 0),
  /** When the caller first asked; then a repetition that comes too late is refused. */
  requestedAt: f.optional(f.timestamp, 0),
} as const;

const bonus = f.struct({ ruleId: f.identifier, bucketId: f.identifier, amount: f.amount });

export const topUp = {
  request: {
    requestId: f.identifier,
    accountId: f.identifier,
    bucketId: f.identifier,
    amount: f.amount,
    ...options,
  },
  /** After the top-up. */
  answer: {
    remaining: f.balance,
    reserved: f.amount,
    validUntil: f.optional(f.timestamp, 0),
    bonuses: f.optional(f.list(bonus, limits.bonusRulesPerTariffMax), []),
  },
} as const;

export const adjust = {
  request: {
    requestId: f.identifier,
    accountId: f.identifier,
    bucketId: f.identifier,
    /** Below 0: a debit. */
    amount: f.balance,
    reason: f.identifier,
    ...options,
  },
  /** After the adjustment. */
  answer: { remaining: f.balance, reserved: f.amount, validUntil: f.timestamp },
} as const;

export const transfer = {
  request: {
    requestId: f.identifier,
    fromAccountId: f.identifier,
    fromBucketId: f.identifier,
    toAccountId: f.identifier,
    toBucketId: f.identifier,
    amount: f.amount,
    kind: f.oneOf(transferKinds),
    /** Debited from the source besides, also of a gift. */
    fee: f.optional(f.amount, 0),
    requestedAt: options.requestedAt,
  },
  /** Of the source, once the transfer is over; what could not arrive went back there. */
  answer: { resultCode: f.uint32, remaining: f.balance, reserved: f.amount },
} as const;

export const settleTransfer = {
  request: {
    fromAccountId: f.identifier,
    /** Of the transfer. */
    requestId: f.identifier,
    hasArrived: f.flag,
  },
  answer: transfer.answer,
} as const;
