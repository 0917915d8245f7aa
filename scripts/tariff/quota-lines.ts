// How a rating group is granted, for people: how much at a time and for how long, when the network
// asks again, and what it does when nothing is left.

import { unitsText } from "../../engine/explain/amount-text.ts";
import type { CompiledRatingGroup, FinalUnit } from "../../engine/rating/compiled-tariff.ts";
import { listText } from "./list-text.ts";

export const quotaLines = (group: CompiledRatingGroup): readonly string[] => {
  const { unit, quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax } = group;
  const range = `${unitsText(quotaUnitsMin, unit)} to ${unitsText(quotaUnitsMax, unit)}`;
  const { quotaThresholdPercent: threshold, quotaHoldingTimeSeconds: holding } = group;
  const asked =
    (threshold === 0 ? "" : `, asked for again at ${threshold} % left`) +
    (holding === 0 ? "" : `, given back after ${holding} s without use`);
  return [
    `${unitsText(quotaUnitsDefault, unit)} at a time, ${range} on request`,
    `for ${group.validityTimeSeconds} s${asked}`,
    `when nothing is left: ${finalUnitText(group.finalUnit)}`,
  ];
};

const finalUnitText = (finalUnit: FinalUnit): string => {
  switch (finalUnit.action) {
    case "terminate":
      return "terminate";
    case "redirect":
      return `redirect to ${finalUnit.address}`;
    case "restrict":
      return `restrict to ${listText(finalUnit.filterIds)}`;
  }
};
