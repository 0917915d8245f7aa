// Which price of a tariff document holds, said a second time: the document is read anew for every
// use, as a person would, and Temporal is asked for the time. It knows the document's own zones, no
// rate deck.

import { Temporal } from "temporal-polyfill";
import type { PriceContext } from "../rating/price-context.ts";

type Prefixed<Id extends string, Field extends string> = readonly (Readonly<Record<Id, string>> &
  Readonly<Record<Field, readonly string[]>>)[];

/** Of one rating group, the first. */
export type NaiveDocument = {
  readonly timeZone: string;
  readonly holidays: readonly string[];
  readonly timeBands: readonly {
    readonly timeBandId: string;
    readonly days: readonly string[];
    readonly from: string;
    readonly until: string;
  }[];
  readonly zones: Prefixed<"zoneId", "prefixes">;
  readonly networks: Prefixed<"networkZoneId", "networks">;
  readonly closedUserGroups: Prefixed<"groupId", "numbers">;
  readonly freeNumbers: readonly string[];
  readonly ratingGroups: readonly {
    readonly prices: readonly {
      readonly priceId: string;
      readonly when: Readonly<Record<string, readonly string[]>>;
    }[];
  }[];
};

/** The price's id; "base" or "free-number"; undefined: there is none. */
export const chooseNaively = (
  document: NaiveDocument,
  context: PriceContext,
  at: number,
): string | undefined => {
  if (document.freeNumbers.some((free) => isCalledAs(free, context.calledNumber))) {
    return "free-number";
  }
  const facts = factsOf(document, context, at);
  const [group] = document.ratingGroups;
  const met = group!.prices.find(({ when }) =>
    Object.entries(when).every(([name, values]) =>
      facts[name]!.some((fact) => fact !== undefined && values.includes(fact)),
    ),
  );
  const hasBase = ["blockUnits", "tiers", "isFree", "isBlocked"].some((name) => name in group!);
  return met?.priceId ?? (hasBase ? "base" : undefined);
};

const withoutSign = (number: string) => number.replace(/^(?:\+|00)/, "");
const begins = (prefix: string, number: string | undefined) =>
  number !== undefined && withoutSign(number).startsWith(withoutSign(prefix));

/** A short code only as it is; an international number with +, with 00 or without. */
const isCalledAs = (free: string, called: string | undefined) => {
  const isShort = free === withoutSign(free);
  if (isShort || called === undefined) return free === called;
  return withoutSign(free) === withoutSign(called);
};

const longest = (pairs: readonly (readonly [id: string, prefix: string])[]) =>
  [...pairs].sort(([, a], [, b]) => withoutSign(b).length - withoutSign(a).length)[0]?.[0];

/** All that is true of a use, by the names that conditions have. */
const factsOf = (document: NaiveDocument, context: PriceContext, at: number) => {
  const { calledNumber, callingNumber, servingNetwork } = context;
  const zones = document.zones.flatMap(({ zoneId, prefixes }) =>
    prefixes.filter((one) => begins(one, calledNumber)).map((one) => [zoneId, one] as const),
  );
  const networks = document.networks.flatMap(({ networkZoneId, networks: codes }) =>
    codes
      .filter((one) => one === servingNetwork || one === servingNetwork?.slice(0, 3))
      .map((one) => [networkZoneId, one] as const),
  );
  const groups = document.closedUserGroups.filter(({ numbers }) =>
    [calledNumber, callingNumber].every((number) => numbers.some((one) => begins(one, number))),
  );
  const facts: Readonly<Record<string, readonly (string | undefined)[]>> = {
    zones: [longest(zones)],
    networks: [longest(networks)],
    closedUserGroups: groups.map(({ groupId }) => groupId),
    timeBands: [bandOf(document, at)],
    ratTypes: [context.ratType],
    slices: [context.slice],
    dnns: [context.dnn],
    services: [context.serviceId],
    qos: [context.qos],
  };
  return facts;
};

const bandOf = ({ timeBands, timeZone, holidays }: NaiveDocument, at: number) => {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const isHoliday =
    holidays.includes(local.toPlainDate().toString()) &&
    timeBands.some(({ days }) => days.includes("holiday"));
  const week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const day = isHoliday ? "holiday" : week[local.dayOfWeek - 1]!;
  const time = local.toPlainTime().toString().slice(0, 5);
  return timeBands.find(
    ({ days, from, until }) => days.includes(day) && from <= time && time < until,
  )?.timeBandId;
};
