// What a world is about: tariffs, and profiles of accounts, both dealt by somebody else.

import type { ModelTariff, PutAccount } from "../model-account.ts";

export type Deck = {
  /** The first ones are published to begin with, the others later. */
  readonly tariffs: readonly ModelTariff[];
  readonly documentOf: (tariff: ModelTariff) => string;
  /** One for each account, then those that take their place; whose they are is said later. */
  readonly profiles: readonly PutAccount[];
  readonly ratingGroups: readonly number[];
  readonly calledNumbers: readonly (string | null)[];
  readonly servingNetworks: readonly (string | null)[];
  /** When the world begins, ms since 1970. */
  readonly start: number;
};

export const tariffsAtFirst = 3;

/** Dates and all, so much later. */
export const profileOf = (
  profile: PutAccount,
  { accountId, name, laterMs }: { accountId: string; name: string; laterMs: number },
): PutAccount => {
  const later = <T extends { readonly validFrom: number; readonly validUntil: number }>(one: T) => {
    return { ...one, validFrom: one.validFrom + laterMs, validUntil: one.validUntil + laterMs };
  };
  const products = profile.products.map((product, index) => {
    return { ...later(product), productId: index === 0 ? name : `${name}-${index}` };
  });
  return {
    ...profile,
    ...{ accountId, products, buckets: profile.buckets.map(later) },
    subscriberIdentifiers: [`msisdn-${accountId}`, `imsi-${accountId}`],
  };
};
