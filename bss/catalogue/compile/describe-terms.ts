// The terms of an offering in words, one line for each thing that can change by itself: what the
// publish preview compares, and what a catalogue manager reads.

import { isAnywhere, whenText } from "./conditions.ts";
import { decimalText } from "./measures.ts";
import { periodText } from "./periods.ts";
import type {
  AllowanceTerms,
  ChargeTerms,
  ComponentTerms,
  CounterTerms,
  DiscountTerms,
  PriceFields,
  ProductTerms,
  Reduction,
  UsagePrice,
} from "./product-terms.ts";

/** By what each line is about, as in `price data`; in the order in which they are told. */
export type DescribedTerms = ReadonlyMap<string, string>;

export const describeTerms = (terms: ProductTerms): DescribedTerms => {
  const lines = new Map<string, string>();
  const { lifetime, commitment } = terms;
  lines.set("name", terms.name);
  lines.set("sale", saleText(terms));
  lines.set("payment", terms.paymentMode);
  for (const one of terms.charges) lines.set(keyOf("charge", one, lines), chargeText(one));
  for (const one of terms.usage) lines.set(keyOf("usage", one, lines), usageText(one));
  for (const one of terms.allowances) lines.set(keyOf("allowance", one, lines), grantText(one));
  for (const one of terms.counters) lines.set(`counter ${one.counterId}`, counterText(one));
  for (const one of terms.rules) lines.set(`rule ${one.ruleId}`, JSON.stringify(one));
  for (const one of terms.components) lines.set(`part ${one.offeringId}`, partText(one));
  if (commitment !== null) lines.set("commitment", periodText(commitment));
  if (lifetime !== null) lines.set("lifetime", periodText(lifetime));
  for (const relation of ["requires", "excludes", "replaces", "migratesTo"] as const) {
    if (terms[relation].length > 0) lines.set(relation, terms[relation].join(", "));
  }
  if (terms.channels.length > 0) lines.set("channels", terms.channels.join(", "));
  if (terms.marketSegments.length > 0) lines.set("segments", terms.marketSegments.join(", "));
  return lines;
};

/** Later versions of one price have their own lines. */
const keyOf = (
  what: string,
  { priceId, priceVersion }: { readonly priceId: string; readonly priceVersion: string },
  lines: DescribedTerms,
): string => {
  const key = `${what} ${priceId}`;
  return lines.has(key) ? `${key}, version ${priceVersion}` : key;
};

export const moneyText = (micros: number, currency: string | null): string => {
  const [whole = "0", fraction = ""] = decimalText(micros).split(".");
  return `${whole}.${fraction.padEnd(2, "0")}${currency === null ? "" : ` ${currency}`}`;
};

export const amountText = (amount: number, unit: string, currency: string | null): string => {
  if (unit === "money") return moneyText(amount, currency);
  if (unit === "octets") return octetsText(amount);
  return `${amount} ${unit === "serviceUnits" ? "units" : unit}`;
};

const octetsText = (octets: number): string => {
  for (const [name, size] of [
    ["GiB", 2 ** 30] as const,
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ] as const) {
    if (octets >= size && octets % size === 0) return `${octets / size} ${name}`;
  }
  return `${octets} octets`;
};

const instantText = (at: number): string => new Date(at).toISOString();
const endless = Number.MAX_SAFE_INTEGER;

const datesText = ({ validFrom, validUntil }: { validFrom: number; validUntil: number }): string =>
  (validFrom === 0 ? "" : ` from ${instantText(validFrom)}`) +
  (validUntil === endless ? "" : ` until ${instantText(validUntil)}`);

const saleText = (terms: ProductTerms): string => {
  if (!terms.isOnSale) return "not sold any more";
  return (terms.isSellable ? "sold by itself" : "sold in bundles only") + datesText(terms);
};

const reductionText = (reduction: Reduction, currency: string): string =>
  "micros" in reduction
    ? moneyText(reduction.micros, currency)
    : `${decimalText(reduction.partsPerMillion * 100)} %`;

const discountText = (one: DiscountTerms, currency: string): string =>
  `less ${reductionText(one.reduction, currency)}` +
  (one.promotionCode === null ? "" : ` with the code ${one.promotionCode}`) +
  (one.lasts === null ? "" : ` for the first ${periodText(one.lasts)}`) +
  datesText(one);

const chargeText = (one: ChargeTerms): string => {
  const often = one.period === null ? "once" : `each ${periodText(one.period)}`;
  const tax = one.isTaxIncluded ? ", tax included" : "";
  const taxes = one.taxes.map(
    ({ category, partsPerMillion }) => `, ${category} ${decimalText(partsPerMillion * 100)} %`,
  );
  const less = one.discounts.map((discount) => `; ${discountText(discount, one.currency)}`);
  const amount = moneyText(one.amountMicros, one.currency);
  return [amount, ` ${often}`, tax, ...taxes, datesText(one), ...less].join("");
};

const usageText = ({ currency, fields, ratingGroups, unit, when }: UsagePrice): string => {
  const place = isAnywhere(when) ? "" : `, ${whenText(when)}`;
  return `rating group ${ratingGroups.join(", ")}${place}: ${rateText(fields, unit, currency)}`;
};

const rateText = (fields: PriceFields, unit: string | null, currency: string | null): string => {
  if (fields["isFree"] === true) return "free";
  if (fields["isBlocked"] === true) return "not allowed";
  const { blockPrice, blockUnits, tiers, ...rest } = fields;
  const block = (price: unknown, units: unknown) =>
    `${price} ${currency} for ${amountText(Number(units), unit ?? "", null)}`;
  const rate = tiers === undefined ? block(blockPrice, blockUnits) : tiersText(tiers, block);
  const others = Object.entries(rest).map(([name, value]) => `, ${name} ${valueText(value)}`);
  return rate + others.join("");
};

type Tiers = { readonly kind: string; readonly steps: readonly PriceFields[] };

const tiersText = (tiers: unknown, block: (price: unknown, units: unknown) => string): string => {
  const { kind, steps } = tiers as Tiers;
  const texts = steps.map((step) => {
    const upTo = step["upTo"] === undefined ? "beyond" : `up to ${step["upTo"]}`;
    const fee = step["entryFee"] === undefined ? "" : ` and ${step["entryFee"]} once`;
    return `${upTo} ${block(step["blockPrice"], step["blockUnits"])}${fee}`;
  });
  return `${kind}: ${texts.join("; ")}`;
};

const valueText = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);

const grantText = (one: AllowanceTerms): string => {
  const { creditLimit, currency, lasts, period, ratingGroups, rollover, unit } = one;
  const text = (amount: number) => amountText(amount, unit, currency);
  const groups = ratingGroups.length === 0 ? "" : ` for rating group ${ratingGroups.join(", ")}`;
  return [
    text(one.amount),
    period === null ? " once" : ` each ${periodText(period)} (${one.anchor})`,
    groups,
    isAnywhere(one.when) ? "" : `, ${whenText(one.when)}`,
    one.bucketId === null ? "" : `, bucket ${one.bucketId}`,
    `, priority ${one.priority}`,
    one.sharing === "subscriber" ? ", for one subscriber" : "",
    creditLimit === 0 ? "" : `, credit up to ${text(creditLimit)}`,
    one.isBlocker ? ", nothing after it" : "",
    lasts === null ? "" : `, for ${periodText(lasts)}`,
    one.startsAtFirstUse ? " from the first use on" : "",
    rollover === null
      ? ""
      : `, up to ${text(rollover.amountMax)} roll over for ${
          rollover.lastsOnePeriod ? "one period" : "good"
        }`,
    datesText(one),
  ].join("");
};

const counterText = ({ cap, currency, period, thresholds, unit, ...one }: CounterTerms): string => {
  const text = (amount: number) => amountText(amount, unit, currency);
  return [
    period === null ? "for ever" : `each ${periodText(period)}`,
    one.ratingGroups.length === 0 ? "" : `, rating group ${one.ratingGroups.join(", ")}`,
    isAnywhere(one.when) ? "" : `, ${whenText(one.when)}`,
    one.isPerSubscriber ? ", of one subscriber" : "",
    cap === null ? "" : `, no more than ${text(cap)}`,
    ...thresholds.map(({ reachedAt, status }) => `, ${status} from ${text(reachedAt)} on`),
  ].join("");
};

const partText = ({ max, min, standard }: ComponentTerms): string =>
  `${min} to ${max}, by default ${standard}`;
