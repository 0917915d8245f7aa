// A rate deck of the numbers of every country: DE for Germany, DE-mobile, DE-free for numbers that
// are free to call, DE-special for those of a special rate; INT-870 and the like for calling codes
// of no country.

import type { RateDeckRow } from "../../engine/rating/rate-deck.ts";
import { countryName } from "./country-names.ts";
import { zonePrefixes } from "./number-prefixes.ts";
import {
  type NumberRange,
  nonGeographicCodes,
  numberingPlans,
  type RangeKind,
} from "./numbering-plans.ts";
import { byPrefix } from "./row-order.ts";

const endings: Readonly<Record<RangeKind, { readonly zone: string; readonly name: string }>> = {
  geographic: { zone: "", name: "" },
  mobile: { zone: "-mobile", name: ", mobile" },
  free: { zone: "-free", name: ", free to call" },
  special: { zone: "-special", name: ", special rate" },
};

/** What ITU-T E.164 assigns to no country. */
const nonGeographicNames: Readonly<Record<string, string>> = {
  "800": "International freephone",
  "808": "International shared cost",
  "870": "Inmarsat",
  "878": "Universal personal telecommunications",
  "881": "Mobile satellite systems",
  "882": "International networks",
  "883": "International networks",
  "888": "Disaster relief",
  "979": "International premium rate",
};

export const worldRows = (): readonly RateDeckRow[] => {
  const countries = numberingPlans().flatMap((plan) =>
    zonePrefixes(plan).map(({ prefix, range }) => ({ prefix, ...zoneOf(range) })),
  );
  const others = nonGeographicCodes().map((code) => ({
    prefix: code,
    zoneId: `INT-${code}`,
    name: nonGeographicNames[code] ?? "International",
  }));
  return [...countries, ...others].sort(byPrefix);
};

const zoneOf = ({ country, kind }: NumberRange) => ({
  zoneId: country + endings[kind].zone,
  name: countryName(country) + endings[kind].name,
});
