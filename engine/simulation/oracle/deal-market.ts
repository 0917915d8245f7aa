// Tariffs by chance, made to switch while sessions of a round are open: time bands with edges near
// the moment, a second publication that takes effect near it, a third that comes too late for some.

import { parseTariff } from "../../rating/parse-tariff.ts";
import { assert } from "../../values/assert.ts";
import type { Random } from "../../values/random.ts";
import { between, onceIn, pick } from "./deal.ts";
import { dealPrice, type PriceStyle } from "./deal-price.ts";
import type { Moment } from "./moments.ts";
import type { BandJson, DocumentJson, GroupJson, Publication } from "./price-in-force.ts";
import { wallClock } from "./wall-clock.ts";

const minuteMs = 60_000;
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];
const weekend = ["saturday", "sunday"];

export const dataGroup = 10;
export const voiceGroup = 100;

export type Market = {
  readonly publications: readonly Publication[];
  readonly style: PriceStyle;
  /** No price changes, whenever and whatever is used. */
  readonly isSteady: boolean;
};

export const dealMarket = (random: Random, moment: Moment, tariffId: string): Market => {
  const style: PriceStyle = {
    hasFees: onceIn(random, 3),
    hasTiers: onceIn(random, 3),
    hasBlocked: onceIn(random, 6),
  };
  const long = moment.at - 300 * 24 * 60 * minuteMs;
  const soon = () => moment.at + between(random, -15, 20) * minuteMs;
  const publish = (effectiveFrom: number, publishedAt: number): Publication => ({
    ...{ publishedAt, effectiveFrom },
    document: dealDocument(random, moment, { tariffId, effectiveFrom, style }),
  });
  const publications = [publish(long, 0)];
  if (onceIn(random, 2)) publications.push(publish(soon(), 0));
  if (onceIn(random, 3)) publications.push(publish(onceIn(random, 2) ? long : soon(), soon()));
  const isSteady = publications.length === 1 && publications[0]!.document.timeBands.length === 0;
  return { publications, style, isSteady };
};

type Terms = {
  readonly tariffId: string;
  readonly effectiveFrom: number;
  readonly style: PriceStyle;
};

const attemptsMax = 1_000;

/** What the engine would refuse is dealt anew. */
const dealDocument = (random: Random, moment: Moment, terms: Terms): DocumentJson => {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const document = dealAny(random, moment, terms);
    if (parseTariff(JSON.stringify(document)).isOk) return document;
  }
  throw new Error("no valid document was dealt");
};

const dealAny = (random: Random, moment: Moment, terms: Terms): DocumentJson => {
  const { tariffId, effectiveFrom, style } = terms;
  const timeBands = onceIn(random, 5) ? [] : dealBands(random, moment);
  const bandIds = [...new Set(timeBands.map(({ timeBandId }) => timeBandId))];
  const group = (ratingGroup: number, unit: "octets" | "seconds"): GroupJson => ({
    ...{ ratingGroup, unit },
    quotaUnits: between(random, 20, 900),
    quotaUnitsMax: 5_000,
    validityTimeSeconds: between(random, 30, 1_200),
    ...dealPrice(random, unit, style),
    prices: bandIds
      .filter(() => !onceIn(random, 4))
      .map((timeBandId) => ({
        priceId: `in-${timeBandId}`,
        when: { timeBands: [timeBandId] },
        ...dealPrice(random, unit, style),
      })),
  });
  return {
    ...{ tariffId, currency: "EUR", timeZone: moment.timeZone },
    effectiveFrom: new Date(effectiveFrom).toISOString(),
    holidays: onceIn(random, 3) ? [wallClock(moment.timeZone, moment.at).date] : [],
    timeBands,
    ratingGroups: [group(dataGroup, "octets"), group(voiceGroup, "seconds")],
  };
};

/** Days in two or three kinds, each cut where its clocks stand around the moment. */
const dealBands = (random: Random, moment: Moment): BandJson[] => {
  const kinds = pick(random, [
    [[...weekdays, ...weekend]],
    [[...weekdays, ...weekend, "holiday"]],
    [weekdays, weekend],
    [weekdays, [...weekend, "holiday"]],
  ]);
  return kinds.flatMap((days) => dealDay(random, moment, days));
};

const dealDay = (random: Random, moment: Moment, days: readonly string[]): BandJson[] => {
  const cuts = Array.from({ length: between(random, 0, 3) }, () => {
    const near = moment.at + between(random, -20, 30) * minuteMs;
    return wallClock(moment.timeZone, near).time;
  });
  const edges = [...new Set(["00:00", ...cuts.sort(), "24:00"])];
  return edges.slice(1).flatMap((until, index) => {
    const timeBandId = pick(random, ["peak", "calm", "night", undefined]);
    const from = edges[index];
    assert(from !== undefined, "an edge before each but the first");
    return timeBandId === undefined ? [] : [{ timeBandId, days, from, until }];
  });
};
