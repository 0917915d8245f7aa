// What is known of a use beyond its amount, and what a tariff makes of that: the zone of the called
// number, the zone of the visited network and so on, each looked up once for a message.

import type { CompiledTariff, Dimension } from "./compiled-tariff.ts";
import { canonicalNumber, digitsOfNumber } from "./phone-number.ts";
import { findPrefixes } from "./prefix-map.ts";
import type { CompiledRateDeck, ZoneMatch } from "./rate-deck.ts";

export type PriceContext = {
  readonly calledNumber?: string | undefined;
  readonly callingNumber?: string | undefined;
  /** MCC and MNC of the visited network, as 26201. */
  readonly servingNetwork?: string | undefined;
  /** TS 29.571, as NR. */
  readonly ratType?: string | undefined;
  /** SST, or SST and SD, as 1-000001. */
  readonly slice?: string | undefined;
  readonly dnn?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly qos?: string | undefined;
  /** Who uses it, as the network names them: prices do not look at that, balances may. */
  readonly subscriber?: string | undefined;
};

/** As much of a rate deck as is asked here. */
export type ZoneDirectory = Pick<CompiledRateDeck, "zoneOf">;

export type Classes = {
  /** Never charged, granted even without credit, whatever the prices say. */
  readonly isFreeNumber: boolean;
  /** Why this zone. */
  readonly zone: ZoneMatch | undefined;
  readonly values: Readonly<Record<Dimension, readonly string[]>>;
};

/** Only what somebody looks at is looked up, by default the tariff; the rest stays empty. */
export const classify = (
  tariff: CompiledTariff,
  context: PriceContext,
  rateDeck: ZoneDirectory | undefined,
  dimensions: ReadonlySet<Dimension> = tariff.dimensions,
): Classes => {
  if (dimensions.size === 0 && tariff.freeNumbers.size === 0) return nothing;
  const { calledNumber } = context;
  const isFreeNumber =
    calledNumber !== undefined && tariff.freeNumbers.has(canonicalNumber(calledNumber));
  const zone = dimensions.has("zones") ? zoneOf(tariff, calledNumber, rateDeck) : undefined;
  return {
    isFreeNumber,
    zone,
    values: {
      zones: zone === undefined ? [] : [zone.zoneId],
      networks: networksOf(tariff, context),
      ratTypes: one(context.ratType),
      slices: one(context.slice?.toLowerCase()),
      dnns: one(context.dnn?.toLowerCase()),
      services: one(context.serviceId),
      closedUserGroups: dimensions.has("closedUserGroups")
        ? closedUserGroupsOf(tariff, context)
        : nobody,
      qos: one(context.qos),
    },
  };
};

const mccDigits = 3;

const nobody: readonly string[] = [];

const nothing: Classes = {
  isFreeNumber: false,
  zone: undefined,
  values: {
    zones: nobody,
    networks: nobody,
    ratTypes: nobody,
    slices: nobody,
    dnns: nobody,
    services: nobody,
    closedUserGroups: nobody,
    qos: nobody,
  },
};

const one = (value: string | undefined): readonly string[] =>
  value === undefined ? nobody : [value];

/** The document's own zones win, also over a longer prefix of the rate deck. */
const zoneOf = (
  { zones }: CompiledTariff,
  number: string | undefined,
  rateDeck: ZoneDirectory | undefined,
): ZoneMatch | undefined => {
  if (number === undefined) return undefined;
  const [own] = findPrefixes(zones, digitsOfNumber(number));
  const zoneId = own?.ids[0];
  if (own === undefined || zoneId === undefined) return rateDeck?.zoneOf(number);
  return { zoneId, prefix: own.prefix };
};

/** A network, else its country: 26201 is no prefix of 262010, which is another network. */
const networksOf = (
  { networkZones }: CompiledTariff,
  { servingNetwork }: PriceContext,
): readonly string[] => {
  if (servingNetwork === undefined) return nobody;
  const { ids } = networkZones;
  return ids.get(servingNetwork) ?? ids.get(servingNetwork.slice(0, mccDigits)) ?? nobody;
};

/** Those that both numbers belong to: closed is a group to whoever calls from outside. */
const closedUserGroupsOf = (
  { closedUserGroups }: CompiledTariff,
  { calledNumber, callingNumber }: PriceContext,
): readonly string[] => {
  if (calledNumber === undefined || callingNumber === undefined) return nobody;
  const groupsOf = (number: string) =>
    findPrefixes(closedUserGroups, digitsOfNumber(number)).flatMap(({ ids }) => ids);
  const ofCalling = new Set(groupsOf(callingNumber));
  return [...new Set(groupsOf(calledNumber))].filter((groupId) => ofCalling.has(groupId));
};
