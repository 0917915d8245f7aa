// A tariff of the naive model as the document that an engine reads.

import type { ModelTariff } from "../../engine/simulation/model-account.ts";
import { zonesOfRules } from "./random-rules.ts";
import { decimal, steppedFields } from "./stepped-prices.ts";

export const documentOf = ({ groups, effectiveFrom, ...tariff }: ModelTariff): string =>
  JSON.stringify({
    ...tariff,
    effectiveFrom: new Date(effectiveFrom).toISOString(),
    ...zonesOfRules,
    freeNumbers: ["112"],
    ratingGroups: groups.map(({ blockUnits, blockPriceMicros, price, ...group }) => {
      if (price !== undefined) return { ...group, ...steppedFields(price) };
      return { ...group, blockUnits, blockPrice: decimal(blockPriceMicros) };
    }),
  });
