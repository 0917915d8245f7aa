// A balance as rows for people.

import type { AnswerOf } from "../../engine/protocol/operations.ts";
import { formatAmount } from "./amounts.ts";

type Balance = AnswerOf<"queryBalance">;

/** Bucket by bucket: name, what is left, what is held for open sessions; then the counters. */
export const balanceRows = (balance: Balance): readonly (readonly string[])[] => [
  ...balance.buckets.map(({ bucketId, unit, remaining, reserved }) => [
    bucketId,
    formatAmount(remaining, unit, balance.currency),
    reserved === 0 ? "" : `and ${formatAmount(reserved, unit, balance.currency)} held`,
  ]),
  ...balance.counters.map(({ counterId, unit, value }) => [
    counterId,
    formatAmount(value, unit, balance.currency),
    "",
  ]),
];

/** The buckets on one line. */
export const balanceLine = (balance: Balance): string =>
  balance.buckets
    .map(({ bucketId, unit, remaining, reserved }) => {
      const held =
        reserved === 0 ? "" : ` (+ ${formatAmount(reserved, unit, balance.currency)} held)`;
      return `${bucketId} ${formatAmount(remaining, unit, balance.currency)}${held}`;
    })
    .join(", ");
