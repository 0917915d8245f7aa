// Tariffs and profiles of a world: those of the random programs, and among them some that a session
// can live on for long.

import fc from "fast-check";
import type { ModelTariff, PutAccount } from "../../engine/simulation/model-account.ts";
import type { Deck } from "../../engine/simulation/world/deck.ts";
import { documentOf } from "../testing/document-of.ts";
import { profiles, requestOfProfile } from "../testing/random-programs/accounts.ts";
import { hour, start } from "../testing/random-programs/moments.ts";
import { ratingGroups, tariffs } from "../testing/random-programs/tariffs.ts";
import { calledNumbers, servingNetworks } from "../testing/random-rules.ts";

const tariffCount = 12;
const profileCount = 40;

export const dealDeck = (seed: number): Deck => {
  const deal = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): readonly T[] =>
    fc.sample(arbitrary, { seed: seed % 2 ** 31, numRuns });
  return {
    tariffs: [plainTariff, ...deal(tariffs, tariffCount)],
    documentOf,
    profiles: deal(profiles, profileCount).map((drawn, index) => {
      const profile = requestOfProfile(drawn);
      return index % 2 === 0 ? livable(profile) : profile;
    }),
    ratingGroups,
    calledNumbers: deal(calledNumbers, 8),
    servingNetworks: deal(servingNetworks, 8),
    start,
  };
};

/** Cheap, and in effect for as long as anybody looks. */
const plainTariff: ModelTariff = {
  ...{ tariffId: "base", currency: "EUR", effectiveFrom: start - 24 * hour, bonusRules: [] },
  openSessions: "keep",
  groups: ratingGroups.slice(0, 4).map((ratingGroup, index) => ({
    ratingGroup,
    unit: (["octets", "octets", "seconds", "messages"] as const)[index]!,
    ...{ blockUnits: 100, blockPriceMicros: 3, quotaUnits: 1_000, quotaUnitsMax: 8_000 },
    validityTimeSeconds: [30, 600, 30, 3_600][index]!,
  })),
};

/** In the currency of most tariffs, with a product of one and money for a while. */
const livable = (profile: PutAccount): PutAccount => {
  const dates = { validFrom: start - hour, validUntil: start + 9 * hour };
  const product = { productId: "plain", tariffId: "base", ...dates };
  const buckets = profile.buckets.map((bucket) => {
    return bucket.bucketId === "main" ? { ...bucket, ...dates } : bucket;
  });
  return { ...profile, currency: "EUR", products: [product, ...profile.products], buckets };
};
