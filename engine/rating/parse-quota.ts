// How a rating group is granted: how much at a time, for how long, when the network asks again, and
// what it does when nothing is left.

import { limits } from "../limits.ts";
import { amountMax, serviceUnits } from "../values/units.ts";
import type { FinalUnit } from "./compiled-tariff.ts";
import {
  elementsOf,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  readInteger,
  readOneOf,
  readText,
  type Spot,
  type TextForm,
  watched,
} from "./document-reader.ts";

export const quotaFields = [
  "quotaUnits",
  "quotaUnitsMin",
  "quotaUnitsMax",
  "quotaSizing",
  "quotaThresholdPercent",
  "quotaHoldingTimeSeconds",
  "validityTimeSeconds",
  "finalUnit",
] as const;

/** What a Redirect-Address-Type allows, but for bare addresses: a URL or a SIP URI. */
const redirectAddress: TextForm = {
  pattern: /^(?:https?:\/\/|sips?:)[\x21-\x7e]{1,500}$/,
  wanted: "a URL or a SIP URI",
};

export const parseQuota = (spot: Spot) => {
  const field = (name: (typeof quotaFields)[number]) => fieldOf(spot, name);
  const integerOr = (fallback: number, name: (typeof quotaFields)[number], bounds: Bounds) =>
    isGiven(field(name)) ? readInteger(field(name), ...bounds) : fallback;
  const { spot: quotaSpot, isRight } = watched(field("quotaUnits"));
  const quota = readInteger(quotaSpot, 1, amountMax);
  // A quota that could not be read bounds nothing.
  const quotaUnitsMost = isRight() ? quota : amountMax;
  const sizing = field("quotaSizing");
  const daySeconds = limits.validityTimeSecondsMax;
  return {
    quotaUnitsDefault: serviceUnits(quota),
    quotaUnitsMin: serviceUnits(integerOr(1, "quotaUnitsMin", [1, quotaUnitsMost])),
    quotaUnitsMax: serviceUnits(integerOr(quota, "quotaUnitsMax", [quota, amountMax])),
    isQuotaAdaptive: isGiven(sizing) && readOneOf(sizing, ["fixed", "adaptive"]) === "adaptive",
    quotaThresholdPercent: integerOr(0, "quotaThresholdPercent", [1, 99]),
    quotaHoldingTimeSeconds: integerOr(0, "quotaHoldingTimeSeconds", [0, daySeconds]),
    validityTimeSeconds: readInteger(field("validityTimeSeconds"), 1, daySeconds),
    finalUnit: isGiven(field("finalUnit")) ? parseFinalUnit(field("finalUnit")) : terminate,
  };
};

type Bounds = readonly [number, number];

const terminate: FinalUnit = { action: "terminate" };

const parseFinalUnit = (spot: Spot): FinalUnit => {
  if (!isObjectOf(spot, ["action", "address", "filterIds"])) return terminate;
  const actionSpot = fieldOf(spot, "action");
  const action = readOneOf(actionSpot, ["terminate", "redirect", "restrict"]);
  if (actionSpot.value !== action) return terminate;
  const address = fieldOf(spot, "address");
  const filterIds = fieldOf(spot, "filterIds");
  for (const [field, owner] of [
    [address, "redirect"],
    [filterIds, "restrict"],
  ] as const) {
    if (isGiven(field) && action !== owner) field.note(field.place, `only ${owner} has it`);
  }
  switch (action) {
    case "terminate":
      return terminate;
    case "redirect":
      return { action, address: readText(address, redirectAddress) };
    case "restrict": {
      const filters = elementsOf(filterIds, 1, limits.finalUnitFiltersMax);
      return { action, filterIds: filters.map((filter) => readText(filter, identifier)) };
    }
  }
};
