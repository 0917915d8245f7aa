// A tariff as it stands in the catalogue, out of a document: what tests of plans and batches are
// priced by.

import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import type { PublishedTariff } from "../../engine/session/price-plan.ts";

/** `effectiveFrom` in ms since 1970; the rest as in a document. */
export const publishedTariff = (
  version: number,
  effectiveFrom: number,
  document: { readonly ratingGroups: readonly object[]; readonly [field: string]: unknown },
): PublishedTariff => {
  const tariff = parseTariff(
    JSON.stringify({
      tariffId: "t",
      currency: "EUR",
      effectiveFrom: new Date(effectiveFrom).toISOString(),
      ...document,
    }),
  );
  if (!tariff.isOk) throw new Error(tariff.error.join("; "));
  return { version, tariff: tariff.value };
};

/** "0.000007" of 7. */
export const decimalOf = (micros: number): string =>
  `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
