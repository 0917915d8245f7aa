// Random tariffs of a few rating groups, as the naive model has them.

import fc from "fast-check";
import type { ModelTariff } from "../../../engine/simulation/model-account.ts";
import { steppedPrices } from "../stepped-prices.ts";
import { moments } from "./moments.ts";
import { bonusRules } from "./movements.ts";
import { often, seldom } from "./weights.ts";

export const ratingGroups = [10, 20, 30, 40, 50] as const;
const unitOfGroup = ["octets", "octets", "seconds", "messages"] as const;
export const tariffIds = fc.constantFrom("base", "extra");

export const tariffs: fc.Arbitrary<ModelTariff> = fc
  .record({
    tariffId: tariffIds,
    currency: fc.oneof(often(fc.constant("EUR"), 12), seldom(fc.constant("USD"))),
    effectiveFrom: moments,
    bonusRules,
    openSessions: fc.constantFrom("keep", "switch"),
    groups: fc.array(
      fc.record({
        blockUnits: fc.constantFrom(1, 7, 1_000, 2 ** 20, 2 ** 50),
        blockPriceMicros: fc.oneof(
          often(fc.integer({ min: 0, max: 20 })),
          seldom(fc.integer({ min: 0, max: 999_999_999_999_999 })),
        ),
        quotaUnits: fc.oneof(
          often(fc.integer({ min: 1, max: 5_000 })),
          seldom(fc.constant(2 ** 40)),
        ),
        more: fc.oneof(often(fc.nat(5_000)), seldom(fc.constant(2 ** 52))),
        validityTimeSeconds: fc.constantFrom(1, 30, 600, 86_400),
        quotaThresholdPercent: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
        quotaHoldingTimeSeconds: fc.constantFrom(0, 60),
        quotaSizing: fc.constantFrom(undefined, "fixed" as const, "adaptive" as const),
        price: fc.oneof(often(fc.constant(undefined), 2), seldom(steppedPrices)),
      }),
      { minLength: 1, maxLength: unitOfGroup.length },
    ),
  })
  .map(({ groups, ...tariff }) => ({
    ...tariff,
    groups: groups.map(({ more, quotaUnits, ...rest }, index) => ({
      ratingGroup: ratingGroups[index]!,
      unit: unitOfGroup[index]!,
      quotaUnits,
      quotaUnitsMin: Math.ceil(quotaUnits / 4),
      quotaUnitsMax: quotaUnits + more,
      ...rest,
    })),
  }));
