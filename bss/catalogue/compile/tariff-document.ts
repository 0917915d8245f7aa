// The engine's tariff document of an offering at a moment: its usage prices by rating group, each
// group with what the specification says of it. The engine's own check reads the document; what it
// finds is told of the price or specification that it comes from.

import { z } from "zod";
import { accountBounds } from "../../../engine/protocol/account-bounds.ts";
import { parseTariff } from "../../../engine/rating/parse-tariff.ts";
import { characteristicsOf, givenOf, readShape } from "./characteristics.ts";
import { isAnywhere } from "./conditions.ts";
import type { ProductSpecification } from "./documents.ts";
import { compareText, complain, complainOfLimit, type Place } from "./finding.ts";
import { offeringKey, type UsagePrice } from "./product-terms.ts";
import type { OfferingVersion } from "./read-offering.ts";
import {
  type ReadSpecification,
  readSpecification,
  type SpecifiedGroup,
} from "./read-specification.ts";
import type { ReadUsagePrice } from "./read-usage-price.ts";
import type { Version } from "./versions.ts";

/** A document to be published, and whose it is. */
export type EngineTariffDocument = {
  readonly tariffId: string;
  readonly offeringId: string;
  readonly version: string;
  /** ms since 1970, as the document says it. */
  readonly effectiveFrom: number;
  /** JSON text for `publishTariff`. */
  readonly document: string;
};

export type TariffSource = {
  readonly offering: OfferingVersion;
  readonly specification: Version<ProductSpecification> | undefined;
  readonly usage: readonly ReadUsagePrice[];
  readonly effectiveFrom: number;
};

/** Undefined: the offering prices no usage, or something is wrong and told of. */
export const tariffDocument = (source: TariffSource): EngineTariffDocument | undefined => {
  const { effectiveFrom, offering, specification, usage } = source;
  if (usage.length === 0) return undefined;
  const { place } = offering;
  if (specification === undefined) {
    const message = "It prices usage, but has no specification that says how that is metered.";
    return complain(place, "SPECIFICATION_MISSING", message);
  }
  const currency = usage.find(({ price }) => price.currency !== null)?.price.currency;
  if (currency === undefined || currency === null) {
    const message = "No usage price has a currency: a tariff document is in one.";
    return complain(place, "CURRENCY_MISSING", message);
  }
  checkTax(source);
  const read = readSpecification(specification);
  const places = new Map<string, Place>(read.places);
  const tariffId = offeringKey(offering.id, offering.version);
  const bonusRules = readBonusRules(offering, places);
  const document = JSON.stringify({
    tariffId,
    currency,
    effectiveFrom: new Date(effectiveFrom).toISOString(),
    ...(usage[0]!.price.isTaxIncluded ? { taxIncluded: true } : {}),
    openSessions: "keep",
    ...read.scope,
    ratingGroups: ratingGroupsOf(usage, read, places, specification.place),
    ...(bonusRules.length === 0 ? {} : { bonusRules }),
  });
  checkDocument(document, { place, places });
  const { id: offeringId, version } = offering;
  return { tariffId, offeringId, version, effectiveFrom, document };
};

const checkTax = ({ usage }: TariffSource): void => {
  const isIncluded = usage[0]!.price.isTaxIncluded;
  for (const { place, price } of usage) {
    if (price.isTaxIncluded === isIncluded) continue;
    const message = `Price ${price.priceId} is with tax where others of the offering are without.`;
    complain(place, "TAX_DIFFERS", message);
  }
};

/** Fields as the engine's tariff document has them; its check reads them. */
const readBonusRules = ({ document, place }: OfferingVersion, places: Map<string, Place>) => {
  const of = characteristicsOf(place, document.prodSpecCharValueUse);
  const rules = givenOf(of, "topUpBonus").flatMap((given) => {
    const rule = readShape(given, z.record(z.string(), z.unknown()));
    return rule === undefined ? [] : [{ rule, at: given.place }];
  });
  for (const [index, { at }] of rules.entries()) places.set(`bonusRules[${index}]`, at);
  return rules.map(({ rule }) => rule);
};

const ratingGroupsOf = (
  usage: readonly ReadUsagePrice[],
  { groups }: ReadSpecification,
  places: Map<string, Place>,
  specified: Place,
) => {
  const numbers = [...new Set(usage.flatMap(({ price }) => price.ratingGroups))];
  const known = numbers.sort((a, b) => a - b).flatMap((number) => groups.get(number) ?? []);
  for (const { place, price } of usage) {
    for (const number of price.ratingGroups) {
      const group = groups.get(number);
      if (group !== undefined) checkUnit(price, group, place);
      else {
        const message = `Rating group ${number} is not in specification ${specified.entity.id}.`;
        complain(place, "RATING_GROUP_MISSING", message);
      }
    }
  }
  return known.map((group, index) => ratingGroupOf(group, `ratingGroups[${index}]`, usage, places));
};

const checkUnit = ({ priceId, unit }: UsagePrice, group: SpecifiedGroup, place: Place): void => {
  if (unit === null || unit === group.unit) return;
  const message = `Price ${priceId} is by ${unit}, rating group ${group.ratingGroup}`;
  complain(place, "UNKNOWN_UNIT", `${message} by ${group.unit}.`);
};

/** By priority, then the more particular one, then by name: whatever the order of documents. */
const compareUsage = ({ price: a }: ReadUsagePrice, { price: b }: ReadUsagePrice): number =>
  a.priority - b.priority ||
  Object.keys(b.when).length - Object.keys(a.when).length ||
  compareText(a.priceId, b.priceId);

const ratingGroupOf = (
  { fields, place, ratingGroup, unit }: SpecifiedGroup,
  at: string,
  usage: readonly ReadUsagePrice[],
  places: Map<string, Place>,
) => {
  const own = usage.filter(({ price }) => price.ratingGroups.includes(ratingGroup));
  const [base, ...more] = own.filter(({ price }) => isAnywhere(price.when));
  for (const { place: other, price } of more) {
    const message = `${price.priceId} and ${base!.price.priceId} both hold without conditions`;
    complain(other, "TWO_BASE_PRICES", `${message} for rating group ${ratingGroup}.`);
  }
  const others = own.filter(({ price }) => !isAnywhere(price.when)).sort(compareUsage);
  places.set(at, base?.place ?? place);
  for (const name of Object.keys(fields)) places.set(`${at}.${name}`, place);
  for (const [index, one] of others.entries()) places.set(`${at}.prices[${index}]`, one.place);
  const prices = others.map(({ price }) => {
    return { priceId: price.priceId, when: price.when, ...price.fields };
  });
  return {
    ...{ ratingGroup, unit, ...fields, ...base?.price.fields },
    ...(prices.length === 0 ? {} : { prices }),
  };
};

type Checked = { readonly place: Place; readonly places: ReadonlyMap<string, Place> };

const checkDocument = (document: string, { place, places }: Checked): void => {
  const { tariffDocumentLengthMax: most } = accountBounds;
  if (document.length > most) {
    const message = `Its tariff document has ${document.length} characters, more than ${most}.`;
    complainOfLimit(place, "tariffDocumentLengthMax", message);
    return;
  }
  const parsed = parseTariff(document);
  if (parsed.isOk) return;
  for (const problem of parsed.error) {
    const from = placeOf(problem, places) ?? place;
    complain(from, "REFUSED_BY_ENGINE", `The engine refuses the tariff: ${problem}.`);
  }
};

/** Of the longest place that the problem begins with. */
const placeOf = (problem: string, places: ReadonlyMap<string, Place>): Place | undefined => {
  let best: { length: number; place: Place } | undefined;
  for (const [start, place] of places) {
    const follows = problem[start.length];
    const isWithin = problem.startsWith(start) && (follows === "." || follows === ":");
    if (isWithin && start.length > (best?.length ?? 0)) best = { length: start.length, place };
  }
  return best?.place;
};
