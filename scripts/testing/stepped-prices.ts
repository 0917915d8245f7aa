// Random prices that are more than one by the block, as rating has them and as a tariff document
// says them: fees, an initial block, steps over the session's own units or over a counter.

import fc from "fast-check";
import type { Price } from "../../engine/rating/price.ts";
import { amountMax } from "../../engine/values/units.ts";
import { often, seldom } from "./random-programs/weights.ts";

const micros = fc.oneof(
  often(fc.constant(0)),
  often(fc.nat(50)),
  seldom(fc.nat(999_999_999_999_999)),
);
export const steppedPrices: fc.Arbitrary<Price> = fc
  .record({
    setupFeeMicros: micros,
    minimumMicros: micros,
    more: fc.oneof(fc.constant(undefined), micros),
    initialBlockUnits: fc.constantFrom(0, 0, 60, 1_000),
    initialBlockPriceMicros: micros,
    tierCounterId: fc.constantFrom(undefined, "octets", "some"),
    steps: fc.array(
      fc.record({
        length: fc.oneof(often(fc.integer({ min: 1, max: 3_000 })), seldom(fc.nat(2 ** 48))),
        blockUnits: fc.constantFrom(1, 7, 1_000, 2 ** 50),
        blockPriceMicros: micros,
        entryFeeMicros: micros,
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ more, minimumMicros, initialBlockUnits, initialBlockPriceMicros, steps, ...rest }) => {
    let from = 0;
    return {
      ...rest,
      minimumMicros,
      maximumMicros: more === undefined ? amountMax : minimumMicros + more,
      initialBlockUnits,
      initialBlockPriceMicros: initialBlockUnits === 0 ? 0 : initialBlockPriceMicros,
      steps: steps.map(({ length, ...step }) => {
        const one = { from, ...step };
        from += length + 1;
        return one;
      }),
    };
  })
  .filter(({ maximumMicros, ...price }) => {
    const { setupFeeMicros, minimumMicros, initialBlockUnits, steps } = price;
    const isPlain = setupFeeMicros + minimumMicros + initialBlockUnits === 0 && steps.length === 1;
    // One that is by the block alone has no steps for the engine.
    const isByTheBlock = isPlain && maximumMicros === amountMax && steps[0]!.entryFeeMicros === 0;
    return !isByTheBlock && (maximumMicros === amountMax || maximumMicros < 1e15);
  });

export const decimal = (micros: number): string =>
  `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;

export const steppedFields = (price: Price) => ({
  setupFee: decimal(price.setupFeeMicros),
  minimumCharge: decimal(price.minimumMicros),
  ...(price.maximumMicros === amountMax ? {} : { maximumCharge: decimal(price.maximumMicros) }),
  ...(price.initialBlockUnits === 0
    ? {}
    : {
        initialBlockUnits: price.initialBlockUnits,
        initialBlockPrice: decimal(price.initialBlockPriceMicros),
      }),
  tiers: {
    kind: "graduated",
    ...(price.tierCounterId === undefined ? {} : { counterId: price.tierCounterId }),
    steps: price.steps.map(({ blockUnits, blockPriceMicros, entryFeeMicros }, index) => ({
      ...(price.steps[index + 1] === undefined ? {} : { upTo: price.steps[index + 1]!.from }),
      blockUnits,
      blockPrice: decimal(blockPriceMicros),
      entryFee: decimal(entryFeeMicros),
    })),
  },
});
