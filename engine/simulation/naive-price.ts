// What a price means, said a second time: one block after the other, in bigint, asking before each
// whether there is money for all that falls due with it. Slow where there are many blocks; right by
// being read.

import type { Price } from "../rating/price.ts";
import { amountMax } from "../values/units.ts";

export type NaiveProgress = {
  position: bigint;
  /** Units of a begun block that are paid and not used. */
  ahead: bigint;
  /** undefined until money has paid for the first time. */
  rated: bigint | undefined;
};

const noMaximum = BigInt(amountMax);

/** What a session has paid once `rated` was rated; undefined: nothing has been yet. */
const paidFor = (price: Price, rated: bigint | undefined): bigint => {
  if (rated === undefined) return 0n;
  const [minimum, maximum] = [BigInt(price.minimumMicros), BigInt(price.maximumMicros)];
  const atLeast = rated < minimum ? minimum : rated;
  return BigInt(price.setupFeeMicros) + (atLeast > maximum ? maximum : atLeast);
};

/** How many of `units` the money covers, and what is left of it; `progress` moves along. */
export const coverNaively = (
  price: Price,
  money: bigint,
  units: bigint,
  progress: NaiveProgress,
): { units: bigint; money: bigint } => {
  let left = units;
  while (left > 0n) {
    const index = price.steps.findLastIndex(({ from }) => from <= progress.position);
    const step = price.steps[index]!;
    const end = price.steps[index + 1]?.from;
    const toEnd = end === undefined ? left : BigInt(end) - progress.position;
    const stretch = left < toEnd ? left : toEnd;

    const fee = BigInt(step.from) === progress.position ? BigInt(step.entryFeeMicros) : 0n;
    let { ahead, rated } = progress;
    if (ahead === 0n && rated === undefined && price.initialBlockUnits > 0) {
      ahead = BigInt(price.initialBlockUnits);
      rated = fee + BigInt(price.initialBlockPriceMicros);
    } else if (ahead === 0n) {
      ahead = step.blockPriceMicros === 0 ? stretch : BigInt(step.blockUnits);
      rated = (rated ?? 0n) + fee + BigInt(step.blockPriceMicros);
    } else if (fee > 0n) rated = (rated ?? 0n) + fee;

    const due = paidFor(price, rated) - paidFor(price, progress.rated);
    const isTooMuch = price.maximumMicros === amountMax && (rated ?? 0n) > noMaximum;
    if (due > money || isTooMuch) break;
    const used = ahead < stretch ? ahead : stretch;
    money -= due;
    left -= used;
    progress.position += used;
    progress.ahead = ahead - used;
    progress.rated = rated;
  }
  return { units: units - left, money };
};
