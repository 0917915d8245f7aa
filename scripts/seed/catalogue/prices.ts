// The demo operator's prices. Usage costs what the demo tariff says (../operator.ts); what is
// charged each month and what is granted for it is invented.

import { ratingGroups } from "../../../bench/traffic/kinds.ts";
import {
  allowance,
  discount,
  freePrice,
  monthly,
  once,
  type PriceDocument,
  purse,
  recurring,
  tieredPrice,
  usagePrice,
} from "./document-forms.ts";
import { ioTGroup, sliceGroup, standardGroups } from "./specifications.ts";

const { interactive, messageNational, social, video, voiceNational, voiceRoaming, web } =
  ratingGroups;
const everyData = [web, video, social, interactive];
const data = { ratingGroup: everyData };

const ids = new Map([
  [web, "web"],
  [video, "video"],
  [social, "social"],
  [interactive, "interactive"],
  [voiceNational, "calls-home"],
  [ratingGroups.voiceInternational, "calls-abroad"],
  [voiceRoaming, "calls-roaming"],
  [messageNational, "messages-home"],
  [ratingGroups.messageInternational, "messages-abroad"],
] as const) as ReadonlyMap<number, string>;

const unitOf: Readonly<Record<string, string>> = {
  ...{ octets: "octet", seconds: "second", messages: "message" },
};

/** What everybody pays who has no better price. */
const standardPrices = standardGroups.map((group) => {
  const name = ids.get(group.ratingGroup)!;
  const rate = {
    price: Number(group.blockPrice),
    per: [group.blockUnits, unitOf[group.unit]!] as const,
  };
  return usagePrice(`use-${name}`, `Use: ${name}`, rate, { ratingGroup: group.ratingGroup });
});
export const standardIds = standardPrices.map(({ id = "" }) => id);

/** The same, but for calls and messages at home, which are free. */
export const flatIds = [
  ...standardIds.filter((id) => id !== "use-calls-home" && id !== "use-messages-home"),
  "use-flat",
];

const promotions: readonly PriceDocument[] = [
  discount("first-year", "10 % off for a year", {
    percentage: 10,
    productOfferingTerm: [{ duration: { amount: 12, units: "month" } }],
  }),
  discount("welcome", "Half price for three months", {
    percentage: 50,
    code: "WELCOME50",
    productOfferingTerm: [{ duration: { amount: 3, units: "month" } }],
  }),
  discount("no-activation", "No activation fee", { percentage: 100, code: "NORTH" }),
];

const charges: readonly PriceDocument[] = [
  once("activation", "Activation", 19.99, { discounts: ["no-activation"] }),
  monthly("fee-data-10", "Data 10", 9.99, { discounts: ["welcome"] }),
  monthly("fee-data-10-old", "Data 10, until 2025", 8.99),
  monthly("fee-data-30", "Data 30", 17.99, { discounts: ["welcome"] }),
  monthly("fee-talk-300", "Talk 300", 7.99),
  monthly("fee-family", "Family", 29.99),
  monthly("fee-family-member", "Member of a family", 4.99),
  monthly("fee-family-data", "Family data", 14.99),
  monthly("fee-flat-s", "Flat S", 24.99, { discounts: ["first-year", "welcome"] }),
  monthly("fee-flat-l", "Flat L", 44.99, { discounts: ["first-year"] }),
  monthly("fee-business", "Business", 34.99),
  once("fee-data-pass-1", "Data pass 1", 2.99),
  once("fee-data-pass-5", "Data pass 5", 7.99),
  once("fee-day-pass", "Day pass", 1.99),
  monthly("fee-social-pass", "Social pass", 3.99),
  once("fee-minutes-100", "100 minutes", 2.99),
  once("fee-messages-100", "100 messages", 1.99),
  once("fee-roaming-union", "Roaming pass Union", 4.99),
  once("fee-roaming-world", "Roaming pass World", 14.99),
  recurring("fee-things", "Things", 12, { type: "year" }),
  monthly("fee-fleet", "Fleet", 49),
  monthly("fee-slice-games", "Slice for games", 9.99),
  monthly("fee-slice-campus", "Slice for a campus", 199),
];

const month = (id: string, name: string, amount: readonly [number, string], more = {}) =>
  allowance(id, name, { amount, each: "month", characteristics: more });
const near = { network: ["union"] };
const far = { network: ["world"] };
const calls = { ratingGroup: voiceNational };

const allowances: readonly PriceDocument[] = [
  purse("purse", "Prepaid purse", 0),
  purse("purse-5", "Prepaid purse with 5 EUR", 5),
  purse("purse-10", "Prepaid purse with 10 EUR", 10),
  purse("purse-15", "Prepaid purse with 15 EUR", 15),
  purse("credit-100", "What may be owed", 0, { creditLimit: 100 }),
  purse("credit-500", "What a company may owe", 0, { creditLimit: 500 }),
  purse("family-gift", "Gift for the family", 10, { bucket: "gift", priority: 1 }),
  month("data-10-gib", "10 GiB", [10, "GiB"], {
    ...{ ...data, priority: 1 },
    rollover: { amount: 10, units: "GiB", periods: 1 },
  }),
  month("data-30-gib", "30 GiB", [30, "GiB"], {
    ...{ ...data, priority: 1 },
    rollover: { amount: 30, units: "GiB", periods: 1 },
  }),
  month("social-2-gib", "2 GiB of social media", [2, "GiB"], { ratingGroup: social, priority: 0 }),
  month("minutes-100", "100 minutes", [100, "minute"], { ...calls, priority: 1 }),
  month("minutes-300", "300 minutes", [300, "minute"], { ...calls, priority: 1 }),
  month("roaming-30", "30 minutes while roaming", [30, "minute"], { ratingGroup: voiceRoaming }),
  month("messages-100", "100 messages", [100, "message"], { ratingGroup: messageNational }),
  month("family-data-40", "40 GiB for the family", [40, "GiB"], {
    ...{ ...data, bucket: "family-data", priority: 1 },
    rollover: { amount: 20, units: "GiB" },
  }),
  month("data-20-gib", "20 GiB", [20, "GiB"], { ...data, anchor: "purchase", priority: 1 }),
  month("data-100-gib", "100 GiB", [100, "GiB"], { ...data, anchor: "purchase", priority: 1 }),
  allowance("pass-1-gib", "1 GiB for a week", {
    amount: [1, "GiB"],
    lasts: [7, "day"],
    characteristics: data,
  }),
  allowance("pass-5-gib", "5 GiB for a month", {
    amount: [5, "GiB"],
    lasts: [30, "day"],
    characteristics: data,
  }),
  allowance("pass-day", "2 GiB for a day from the first use on", {
    amount: [2, "GiB"],
    lasts: [1, "day"],
    characteristics: { ...data, priority: 0, startsAtFirstUse: true },
  }),
  month("social-10-gib", "10 GiB of social media", [10, "GiB"], { ratingGroup: social }),
  allowance("pass-minutes", "100 minutes", {
    amount: [100, "minute"],
    lasts: [30, "day"],
    characteristics: calls,
  }),
  allowance("pass-messages", "100 messages", {
    amount: [100, "message"],
    lasts: [30, "day"],
    characteristics: { ratingGroup: messageNational },
  }),
  allowance("union-2-gib", "2 GiB in the Union", {
    amount: [2, "GiB"],
    lasts: [7, "day"],
    characteristics: { ...data, ...near, startsAtFirstUse: true },
  }),
  allowance("union-60-minutes", "60 minutes in the Union", {
    amount: [60, "minute"],
    lasts: [7, "day"],
    characteristics: { ratingGroup: voiceRoaming, ...near, startsAtFirstUse: true },
  }),
  allowance("world-500-mib", "500 MiB in the world", {
    amount: [500, "MiB"],
    lasts: [7, "day"],
    characteristics: { ...data, ...far, startsAtFirstUse: true },
  }),
  allowance("things-500-mib", "500 MiB a year", {
    amount: [500, "MiB"],
    each: "year",
    characteristics: { ratingGroup: ioTGroup },
  }),
  month("slice-50-gib", "50 GiB on the slice", [50, "GiB"], {
    ...{ ratingGroup: sliceGroup, slice: "1-00000a" },
  }),
];

export const prices: readonly PriceDocument[] = [
  ...standardPrices,
  freePrice("use-flat", "Use: calls and messages at home", [voiceNational, messageNational]),
  usagePrice(
    "use-things",
    "Use: telemetry",
    { price: 0.0001, per: [1, "KiB"] },
    { ratingGroup: ioTGroup, maximumCharge: 2 },
  ),
  ...tieredPrice(
    "use-fleet",
    "Use: telemetry of a fleet",
    [{ upTo: 100, price: 0.05 }, { upTo: 1_000, price: 0.03 }, { price: 0.01 }],
    {
      units: "MiB",
      characteristics: { ratingGroup: ioTGroup, tierCounter: { unit: "month" } },
    },
  ),
  usagePrice(
    "use-slice",
    "Use: slice",
    { price: 0.002, per: [1, "MiB"] },
    { ratingGroup: sliceGroup },
  ),
  ...promotions,
  ...charges,
  ...allowances,
];
