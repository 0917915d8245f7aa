// What a buyer agreed to pay besides usage: the charges of an offering as they are from the moment
// of the purchase on, with the discounts that this buyer gets and until when.

import { applyDiscounts } from "../../../engine/rating/discounts.ts";
import type { Zone } from "../../../engine/rating/time-zone.ts";
import { endOf } from "./periods.ts";
import type { ChargeTerms, DiscountTerms, Reduction, Validity } from "./product-terms.ts";

export type AgreedDiscount = Validity & {
  readonly priceId: string;
  readonly name: string;
  readonly reduction: Reduction;
};

/** From `validFrom` on it is due at the begin of each period; a one-time one at once. */
export type AgreedCharge = Omit<ChargeTerms, "discounts"> & {
  readonly discounts: readonly AgreedDiscount[];
};

type Agreement = {
  readonly at: number;
  readonly validUntil: number;
  readonly promotionCode: string | undefined;
  readonly zone: Zone;
};

export const agreedCharges = (
  charges: readonly ChargeTerms[],
  agreement: Agreement,
): readonly AgreedCharge[] =>
  charges.flatMap((charge) => {
    const { at } = agreement;
    const isDue = charge.validUntil > at && (charge.kind === "recurring" || charge.validFrom <= at);
    if (!isDue) return [];
    return [
      {
        ...charge,
        validFrom: Math.max(at, charge.validFrom),
        validUntil: Math.min(agreement.validUntil, charge.validUntil),
        discounts: charge.discounts.flatMap((one) => agreedDiscount(one, agreement)),
      },
    ];
  });

/** One with a code or a length is for who buys while it is valid; others come and go for all. */
const agreedDiscount = (
  { lasts, name, priceId, promotionCode, reduction, validFrom, validUntil }: DiscountTerms,
  { at, promotionCode: said, zone }: Agreement,
): readonly AgreedDiscount[] => {
  if (promotionCode !== null && promotionCode !== said) return [];
  const isPersonal = promotionCode !== null || lasts !== null;
  if (isPersonal && !(validFrom <= at && at < validUntil)) return [];
  const until = lasts === null ? validUntil : endOf(lasts, at, zone);
  return until <= at
    ? []
    : [{ priceId, name, reduction, validFrom: Math.max(at, validFrom), validUntil: until }];
};

/** What is due of it at a moment, in micros: discounts one after the other, rounded once. */
export const chargeAt = ({ amountMicros, discounts }: AgreedCharge, at: number): number =>
  applyDiscounts(
    amountMicros,
    discounts
      .filter(({ validFrom, validUntil }) => validFrom <= at && at < validUntil)
      .map(({ reduction }) => reduction),
  );
