// Prices by chance, as they stand in documents: blocks that divide a minute and blocks that do not,
// free hours and blocked ones, fees, and tiers over the session or over a counter of the account.

import type { Random } from "../../values/random.ts";
import { between, onceIn, pick } from "./deal.ts";
import type { PriceJson } from "./price-in-force.ts";

export type PriceStyle = {
  readonly hasFees: boolean;
  readonly hasTiers: boolean;
  readonly hasBlocked: boolean;
};

const blocks = {
  octets: [1, 10, 100, 7, 333, 1_000],
  seconds: [1, 6, 10, 30, 60, 7, 90, 100],
} as const;
const blockPrices = ["0.01", "0.000007", "0.05", "0", "1.234567", "0.000001", "0.29"];
const fees = ["0.05", "0.12", "1.5", "0"];

/** How the counter that tiers run over is called. */
export const counterIdOf = (unit: "octets" | "seconds"): string => `${unit}-used`;

export const dealPrice = (
  random: Random,
  unit: "octets" | "seconds",
  style: PriceStyle,
): PriceJson => {
  if (onceIn(random, 8)) return { isFree: true };
  if (style.hasBlocked && onceIn(random, 4)) return { isBlocked: true };
  const isTiered = style.hasTiers && onceIn(random, 2);
  const amounts = isTiered ? dealTiers(random, unit) : dealBlock(random, unit);
  return style.hasFees && onceIn(random, 2) ? { ...amounts, ...dealFees(random, unit) } : amounts;
};

const dealBlock = (random: Random, unit: "octets" | "seconds") => ({
  blockUnits: pick(random, blocks[unit]),
  blockPrice: pick(random, blockPrices),
});

const dealTiers = (random: Random, unit: "octets" | "seconds") => {
  const tier = () => {
    const entry = onceIn(random, 3) ? { entryFee: pick(random, fees) } : {};
    return { ...dealBlock(random, unit), ...entry };
  };
  const first = between(random, 10, unit === "octets" ? 2_000 : 400);
  const second = first + between(random, 10, 400);
  const counter = onceIn(random, 2) ? {} : { counterId: counterIdOf(unit) };
  const steps = [{ upTo: first, ...tier() }, { upTo: second, ...tier() }, tier()];
  return { tiers: { kind: "graduated", ...counter, steps } };
};

const dealFees = (random: Random, unit: "octets" | "seconds") => ({
  ...(onceIn(random, 2) ? { setupFee: pick(random, fees) } : {}),
  ...(onceIn(random, 3) ? { minimumCharge: pick(random, fees) } : {}),
  ...(onceIn(random, 3) ? { maximumCharge: pick(random, ["2", "5"]) } : {}),
  ...(onceIn(random, 3)
    ? { initialBlockUnits: pick(random, blocks[unit]), initialBlockPrice: pick(random, fees) }
    : {}),
});
