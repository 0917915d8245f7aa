// A balance as rows for people.

import type { AnswerOf } from "../../engine/protocol/operations.ts";
import { formatAmount } from "./amounts.ts";

type Balance = AnswerOf<"queryBalance">;

/** Bucket by bucket: name, what is left, what is held for open sessions; then the counters. */
export const balanceRows = (balance: Balance): readonly (readonly string[])[] => [
  ...balance.buckets.map(({ bucketId, unit, remaining, reserved, currency }) => [
    bucketId,
    formatAmount(remaining, unit, currency ?? balance.currency),
    reserved === 0 ? "" : `and ${formatAmount(reserved, unit, currency ?? balance.currency)} held`,
  ]),
  ...balance.counters.map(({ counterId, unit, value, status }) => [
    counterId,
    formatAmount(value, unit, balance.currency),
    status ?? "",
  ]),
];

/** The buckets on one line. */
export const balanceLine = (balance: Balance): string =>
  balance.buckets
    .map(({ bucketId, unit, remaining, reserved, currency }) => {
      const text = (amount: number) => formatAmount(amount, unit, currency ?? balance.currency);
      const held = reserved === 0 ? "" : ` (+ ${text(reserved)} held)`;
      return `${bucketId} ${text(remaining)}${held}`;
    })
    .join(", ");
