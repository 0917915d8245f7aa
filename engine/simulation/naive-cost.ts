// What units cost by a price as it stands in a tariff document, said a second time: decimals become
// fractions of bigint, and every unit is looked at on its own.

export type PriceJson = Readonly<Record<string, unknown>>;

type TierJson = {
  readonly upTo?: number;
  readonly blockUnits: number;
  readonly blockPrice: string;
  readonly entryFee?: string;
};
type DiscountJson = {
  readonly percent?: string;
  readonly amount?: string;
  readonly from?: number;
};

/** Micros; `position` is what the counter of the tiers has counted. Volume tiers only from 0. */
export const costNaively = (price: PriceJson, position: number, units: number): bigint => {
  if (price["isFree"] === true || units === 0) return 0n;
  let charge = ratedNaively(price, position, units);
  const [least, most] = [price["minimumCharge"], price["maximumCharge"]];
  if (least !== undefined && charge < microsOf(least)) charge = microsOf(least);
  if (most !== undefined && charge > microsOf(most)) charge = microsOf(most);
  return microsOf(price["setupFee"]) + charge;
};

const ratedNaively = (price: PriceJson, position: number, units: number): bigint => {
  const tiers = tiersOf(price);
  if (kindOf(price) === "volume") return volumeNaively(price, tiers, units);
  let rated = 0n;
  let ahead = 0;
  let hasBegun = false;
  for (let unit = position; unit < position + units; unit++) {
    const index = tiers.findIndex(({ upTo }) => upTo === undefined || unit < upTo);
    const tier = tiers[index]!;
    if (unit === (tiers[index - 1]?.upTo ?? 0)) rated += microsOf(tier.entryFee);
    if (ahead === 0) {
      const isInitial = !hasBegun && price["initialBlockUnits"] !== undefined;
      hasBegun = true;
      ahead = isInitial ? Number(price["initialBlockUnits"]) : tier.blockUnits;
      rated += isInitial
        ? discounted(price, price["initialBlockPrice"], 0)
        : discounted(price, tier.blockPrice, unit);
      // Free units belong to no block: what comes after them begins one.
      if (!isInitial && discounted(price, tier.blockPrice, unit) === 0n) ahead = 1;
    }
    ahead--;
  }
  return rated;
};

/** The most that any number of units up to these came to at the price of the tier it reached. */
const volumeNaively = (price: PriceJson, tiers: readonly TierJson[], units: number): bigint => {
  let most = 0n;
  for (let count = 1; count <= units; count++) {
    const tier = tiers.find(({ upTo }) => upTo === undefined || count <= upTo)!;
    const blocks = BigInt(Math.ceil(count / tier.blockUnits));
    const total = microsOf(tier.entryFee) + blocks * discounted(price, tier.blockPrice, 0);
    if (total > most) most = total;
  }
  return most;
};

type TiersJson = { readonly kind: string; readonly steps: readonly TierJson[] };

const kindOf = (price: PriceJson) => (price["tiers"] as TiersJson | undefined)?.kind;

/** A price by the block is one tier without an end. */
const tiersOf = (price: PriceJson): readonly TierJson[] =>
  (price["tiers"] as TiersJson | undefined)?.steps ?? [price as unknown as TierJson];

const microsOf = (decimal: unknown): bigint => {
  if (decimal === undefined) return 0n;
  const [whole = "", fraction = ""] = String(decimal).split(".");
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
};

/** One discount after the other, rounded half up to a micro at the end. */
const discounted = (price: PriceJson, decimal: unknown, unit: number): bigint => {
  const discounts = (price["discounts"] as readonly DiscountJson[] | undefined) ?? [];
  // Each percentage divides once by 10^8: two of them stay exact.
  const one = 10n ** 18n;
  let exact = microsOf(decimal) * one;
  for (const { percent, amount, from = 0 } of discounts) {
    if (unit < from) continue;
    if (percent !== undefined) exact -= (exact * microsOf(percent)) / 100_000_000n;
    else exact -= microsOf(amount) * one;
    if (exact < 0n) exact = 0n;
  }
  return (2n * exact + one) / (2n * one);
};
