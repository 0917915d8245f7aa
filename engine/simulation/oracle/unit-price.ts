// What the next unit costs by a price as it stands in a document. Blocks are paid whole when their
// first unit is used, at the price of that moment, and what is paid ahead is used before anything
// is paid again, whichever price holds by then.

import type { PriceJson } from "./price-in-force.ts";

/** What a session remembers of one rating group. */
export type Meter = {
  /** Units of begun blocks that are paid and not used. */
  ahead: number;
  /** Fees of entry and blocks, before minimum and maximum; undefined: money has paid nothing. */
  rated: number | undefined;
  /** Units of the session that its tiers have counted. */
  position: number;
};

type Tier = {
  readonly from: number;
  readonly blockUnits: number;
  readonly blockPrice: number;
  readonly entryFee: number;
};

export type ReadPrice = {
  readonly isFree: boolean;
  readonly setupFee: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly initialUnits: number;
  readonly initialPrice: number;
  readonly counterId: string | undefined;
  readonly tiers: readonly Tier[];
};

type TierJson = {
  readonly upTo?: number;
  readonly blockUnits: number;
  readonly blockPrice: string;
  readonly entryFee?: string;
};

const read = new WeakMap<PriceJson, ReadPrice>();

export const readPrice = (price: PriceJson): ReadPrice => {
  const kept = read.get(price);
  if (kept !== undefined) return kept;
  const tiers = price["tiers"] as { counterId?: string; steps: readonly TierJson[] } | undefined;
  const steps = tiers?.steps ?? [price as unknown as TierJson];
  const fresh: ReadPrice = {
    isFree: price["isFree"] === true,
    setupFee: microsOf(price["setupFee"], 0),
    minimum: microsOf(price["minimumCharge"], 0),
    maximum: microsOf(price["maximumCharge"], Number.POSITIVE_INFINITY),
    initialUnits: Number(price["initialBlockUnits"] ?? 0),
    initialPrice: microsOf(price["initialBlockPrice"], 0),
    counterId: tiers?.counterId,
    tiers: steps.map(({ blockUnits, blockPrice, entryFee }, index) => ({
      from: steps[index - 1]?.upTo ?? 0,
      blockUnits,
      blockPrice: microsOf(blockPrice, 0),
      entryFee: microsOf(entryFee, 0),
    })),
  };
  read.set(price, fresh);
  return fresh;
};

const microsOf = (decimal: unknown, otherwise: number): number => {
  if (decimal === undefined) return otherwise;
  const [whole = "", fraction = ""] = String(decimal).split(".");
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, "0"));
};

/** What money pays for one unit more at `position`, and what is to be remembered then. */
export const dueForUnit = (
  price: ReadPrice,
  meter: Meter,
  position: number,
): { readonly due: number; readonly ahead: number; readonly rated: number | undefined } => {
  const tier = price.tiers.findLast(({ from }) => from <= position)!;
  const entryFee = position === tier.from ? tier.entryFee : 0;
  let { ahead, rated } = meter;
  if (ahead > 0) {
    if (entryFee > 0) rated = (rated ?? 0) + entryFee;
  } else if (rated === undefined && price.initialUnits > 0) {
    ahead = price.initialUnits;
    rated = entryFee + price.initialPrice;
  } else {
    // Free units belong to no block.
    ahead = tier.blockPrice === 0 ? 1 : tier.blockUnits;
    rated = (rated ?? 0) + entryFee + tier.blockPrice;
  }
  return { due: paidFor(price, rated) - paidFor(price, meter.rated), ahead: ahead - 1, rated };
};

const paidFor = ({ setupFee, minimum, maximum }: ReadPrice, rated: number | undefined): number =>
  rated === undefined ? 0 : setupFee + Math.min(Math.max(rated, minimum), maximum);
