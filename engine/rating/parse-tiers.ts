// The tiers of a price in a tariff document: each up to so many units, of the session or of a
// counter of the account. tiers.ts knows what the kinds of tiers mean.

import { limits } from "../limits.ts";
import { err } from "../values/result.ts";
import { blockUnitsMax } from "./block-units.ts";
import { type Discount, discountTiers, isFromNought } from "./discounts.ts";
import {
  elementsOf,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  noteAll,
  readInteger,
  readMicros,
  readOneOf,
  readText,
  type Spot,
  watched,
} from "./document-reader.ts";
import type { Price } from "./price.ts";
import { compileTiers, type Tier, tierProblems } from "./tiers.ts";

const kinds = ["graduated", "volume", "package"] as const;

type Tiered = Pick<Price, "steps" | "tierCounterId">;

const none: Tiered = { steps: [], tierCounterId: undefined };

/** Discounts come off the price of each block. No steps where the tiers have problems. */
export const parseTiers = (tiers: Spot, discounts: readonly Discount[]): Tiered => {
  const { spot, isRight } = watched(tiers);
  if (!isObjectOf(spot, ["kind", "counterId", "steps"])) return none;
  const kind = readOneOf(fieldOf(spot, "kind"), kinds);
  const counter = fieldOf(spot, "counterId");
  const tierCounterId = isGiven(counter) ? readText(counter, identifier) : undefined;
  const stepsSpot = fieldOf(spot, "steps");
  const steps = elementsOf(stepsSpot, 1, limits.priceTiersMax).flatMap(readTier);
  if (!isRight()) return none;
  if (kind !== "graduated" && !discounts.every(isFromNought)) {
    spot.note(`${spot.place}.kind`, `discounts by position want graduated, got "${kind}"`);
    return none;
  }
  // Discounts part tiers: what is wrong with them is told of by the places that the document has.
  const problems = tierProblems(steps);
  const compiled =
    problems.length > 0 ? err(problems) : compileTiers(kind, discountTiers(steps, discounts));
  if (compiled.isOk) return { steps: compiled.value, tierCounterId };
  noteAll(spot, compiled.error);
  return none;
};

const readTier = (spot: Spot): Tier[] => {
  if (!isObjectOf(spot, ["upTo", "blockUnits", "blockPrice", "entryFee"])) return [];
  const upTo = fieldOf(spot, "upTo");
  const entryFee = fieldOf(spot, "entryFee");
  return [
    {
      upTo: isGiven(upTo) ? readInteger(upTo, 1, blockUnitsMax) : undefined,
      blockUnits: readInteger(fieldOf(spot, "blockUnits"), 1, blockUnitsMax),
      blockPriceMicros: readMicros(fieldOf(spot, "blockPrice")),
      entryFeeMicros: isGiven(entryFee) ? readMicros(entryFee) : 0,
    },
  ];
};
