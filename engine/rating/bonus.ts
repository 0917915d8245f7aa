// Bonus rules of a tariff: what a top-up of one bucket brings to another one, or to the same.

import { amountMax } from "../values/units.ts";

/** Money of the tariff's currency in micros, or units of anything else. */
export type Quantity = { readonly amount: number; readonly isMoney: boolean };

export type BonusRule = {
  readonly ruleId: string;
  /** The one that must be topped up; of money if the quantities are. */
  readonly bucketId: string;
  readonly amountMin: Quantity;
  readonly amountMax: Quantity;
  readonly bonusBucketId: string;
  readonly bonus: BonusSize;
  /** Half-open, ms since 1970. */
  readonly validFrom: number;
  readonly validUntil: number;
  /** Of the bonus bucket's own validity. */
  readonly extendsValiditySeconds: number;
};

export type BonusSize =
  /** Of what is topped up, rounded down: so the two buckets are of the same unit. */
  | { readonly kind: "percent"; readonly percent: number }
  /** Once, or for each whole `perAmount` of the top-up. */
  | {
      readonly kind: "amount";
      readonly quantity: Quantity;
      readonly perAmount: Quantity | undefined;
    };

/** 0 where it comes to less than one unit; what no bucket can hold stays above the largest. */
export const bonusAmount = (bonus: BonusSize, toppedUp: number): number => {
  const amount = BigInt(toppedUp);
  const units =
    bonus.kind === "percent"
      ? (amount * BigInt(bonus.percent)) / 100n
      : BigInt(bonus.quantity.amount) * (amount / BigInt(bonus.perAmount?.amount ?? toppedUp));
  return units > BigInt(amountMax) ? amountMax + 1 : Number(units);
};
