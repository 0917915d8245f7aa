// What the demo operator sells: plans, families, passes, lines for things, slices.

import { ratingGroups } from "../../../bench/traffic/kinds.ts";
import { type OfferingDocument, offering } from "./document-forms.ts";
import { flatIds, standardIds } from "./prices.ts";

const { interactive, social, video, web } = ratingGroups;
const everyData = [web, video, social, interactive];
const plans = ["nordlicht-data-10", "nordlicht-data-30", "nordlicht-talk-300", "nordlicht-start"];
const flats = ["nordlicht-flat-s", "nordlicht-flat-l", "nordlicht-business"];
const online = [{ id: "online", name: "Web shop" }];
const everywhere = [...online, { id: "shop", name: "Shops" }];
const business = [{ id: "business", name: "Companies" }];
const line = { specification: "mobile-line", channel: everywhere };
const pack = { specification: "pack", categories: ["passes"], channel: everywhere };

const spendingCap = {
  counterId: "spent",
  units: "EUR",
  period: { unit: "month" },
  thresholds: [{ status: "half-of-50", reachedAt: 25 }],
  cap: 50,
};
const slowAfter = (gibibytes: number) => ({
  counterId: "data-used",
  units: "GiB",
  ratingGroups: everyData,
  period: { unit: "month" },
  thresholds: [{ status: "slow", reachedAt: gibibytes }],
});
const onPostpaid = { paymentMode: "postpaid" };
const topUpBonus = {
  ...{ ruleId: "tenth-of-large-top-ups", bucketId: "main", bonusBucketId: "main" },
  ...{ amountMin: "20", bonusPercent: 10 },
};

const prepaid: readonly OfferingDocument[] = [
  offering("nordlicht-start", "Start", {
    ...line,
    categories: ["prepaid"],
    prices: ["purse-5", ...standardIds],
    characteristics: { topUpBonus },
  }),
  offering("nordlicht-data-10", "Data 10", {
    ...{ ...line, categories: ["prepaid"] },
    validFor: { startDateTime: "2020-01-01T00:00:00Z", endDateTime: "2026-01-01T00:00:00Z" },
    prices: [
      ...["fee-data-10-old", "purse-10", "data-10-gib", "social-2-gib", "minutes-100"],
      ...standardIds,
    ],
  }),
  offering("nordlicht-data-10", "Data 10", {
    ...{ ...line, categories: ["prepaid"], version: "2.0" },
    validFor: { startDateTime: "2026-01-01T00:00:00Z" },
    migratesTo: ["nordlicht-data-30"],
    prices: [
      ...["fee-data-10", "purse-10", "data-10-gib", "social-2-gib", "minutes-100"],
      ...standardIds,
    ],
    characteristics: { topUpBonus },
  }),
  offering("nordlicht-data-30", "Data 30", {
    ...{ ...line, categories: ["prepaid"] },
    prices: ["fee-data-30", "purse-10", "data-30-gib", "minutes-300", ...standardIds],
    characteristics: { topUpBonus },
  }),
  offering("nordlicht-talk-300", "Talk 300", {
    ...{ ...line, categories: ["prepaid"] },
    prices: [
      ...["fee-talk-300", "purse-15", "minutes-300", "roaming-30", "messages-100"],
      ...standardIds,
    ],
  }),
];

const family: readonly OfferingDocument[] = [
  offering("nordlicht-family", "Family", {
    ...{ ...line, categories: ["family"], isBundle: true },
    prices: ["fee-family", "purse", "family-gift", ...standardIds],
    excludes: [...plans, ...flats],
    bundledProductOffering: [
      {
        id: "nordlicht-family-member",
        bundledProductOfferingOption: {
          ...{ numberRelOfferLowerLimit: 1, numberRelOfferUpperLimit: 5 },
          numberRelOfferDefault: 3,
        },
      },
      {
        id: "nordlicht-family-data",
        bundledProductOfferingOption: {
          ...{ numberRelOfferLowerLimit: 0, numberRelOfferUpperLimit: 1 },
          numberRelOfferDefault: 1,
        },
      },
    ],
  }),
  offering("nordlicht-family-member", "Member of a family", {
    ...{ ...line, categories: ["family"], isSellable: false },
    prices: ["fee-family-member", "minutes-100"],
  }),
  offering("nordlicht-family-data", "Shared data", {
    ...{ ...line, categories: ["family"], specification: "pack", isSellable: false },
    prices: ["fee-family-data", "family-data-40"],
  }),
];

const postpaid: readonly OfferingDocument[] = [
  offering("nordlicht-flat-s", "Flat S", {
    ...{ ...line, categories: ["postpaid"], commitmentMonths: 24 },
    migratesTo: ["nordlicht-flat-l"],
    excludes: plans,
    prices: ["activation", "fee-flat-s", "credit-100", "data-20-gib", ...flatIds],
    characteristics: { ...onPostpaid, counter: spendingCap },
  }),
  offering("nordlicht-flat-l", "Flat L", {
    ...{ ...line, categories: ["postpaid"], commitmentMonths: 24 },
    excludes: plans,
    prices: ["activation", "fee-flat-l", "credit-100", "data-100-gib", ...flatIds],
    characteristics: { ...onPostpaid, counter: spendingCap, fairUse: slowAfter(80) },
  }),
  offering("nordlicht-business", "Business", {
    ...{ ...line, categories: ["postpaid"], commitmentMonths: 12, marketSegment: business },
    excludes: plans,
    prices: ["fee-business", "credit-500", "data-100-gib", ...flatIds],
    characteristics: {
      ...onPostpaid,
      rule: {
        ...{ ruleId: "runaway", mode: "shadow", windowSeconds: 3_600 },
        spendRate: { spentMax: 100 },
      },
    },
  }),
];

const passes: readonly OfferingDocument[] = [
  offering("data-pass-1", "Data pass 1", { ...pack, prices: ["fee-data-pass-1", "pass-1-gib"] }),
  offering("data-pass-5", "Data pass 5", { ...pack, prices: ["fee-data-pass-5", "pass-5-gib"] }),
  offering("day-pass", "Day pass", { ...pack, prices: ["fee-day-pass", "pass-day"] }),
  offering("social-pass", "Social pass", { ...pack, prices: ["fee-social-pass", "social-10-gib"] }),
  offering("minutes-pass", "100 minutes", { ...pack, prices: ["fee-minutes-100", "pass-minutes"] }),
  offering("messages-pass", "100 messages", {
    ...pack,
    prices: ["fee-messages-100", "pass-messages"],
  }),
  offering("roaming-union", "Roaming pass Union", {
    ...{ ...pack, categories: ["roaming"] },
    prices: ["fee-roaming-union", "union-2-gib", "union-60-minutes"],
  }),
  offering("roaming-world", "Roaming pass World", {
    ...{ ...pack, categories: ["roaming"] },
    prices: ["fee-roaming-world", "world-500-mib"],
  }),
];

const things: readonly OfferingDocument[] = [
  offering("things-basic", "Things", {
    ...{ specification: "things-line", categories: ["things"], channel: online },
    prices: ["fee-things", "credit-100", "things-500-mib", "use-things"],
    characteristics: onPostpaid,
  }),
  offering("things-fleet", "Fleet", {
    ...{ specification: "things-line", categories: ["things"], marketSegment: business },
    prices: ["fee-fleet", "credit-500", "use-fleet"],
    characteristics: onPostpaid,
    commitmentMonths: 12,
  }),
];

const slices: readonly OfferingDocument[] = [
  offering("slice-games", "5G slice for games", {
    ...{ specification: "slice", categories: ["slices"], channel: online },
    requires: ["nordlicht-flat-l"],
    prices: ["fee-slice-games", "slice-50-gib", "use-slice"],
    characteristics: { ...onPostpaid, chargingPriority: 50 },
  }),
  offering("slice-campus", "5G slice for a campus", {
    ...{ specification: "slice", categories: ["slices"], marketSegment: business },
    prices: ["fee-slice-campus", "credit-500", "use-slice"],
    characteristics: { ...onPostpaid, chargingPriority: 50 },
  }),
];

export const offerings: readonly OfferingDocument[] = [
  ...prepaid,
  ...family,
  ...postpaid,
  ...passes,
  ...things,
  ...slices,
];
