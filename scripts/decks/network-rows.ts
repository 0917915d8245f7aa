// A rate deck of the world's mobile networks: MCC and MNC are in the zone of their country, and so
// is the MCC alone, for networks that are not known by name. It says where a subscriber roams.

import mobileNetworks, { type Operator } from "mcc-mnc-list";
import type { RateDeckRow } from "../../engine/rating/rate-deck.ts";
import { byPrefix } from "./row-order.ts";

/** Networks that are on no air; test networks are of no country and no price. */
const deadStatuses = ["Not operational", "Reserved", "Returned spare"];
const operational = "Operational";
const international = "INT";
const nameLengthMax = 128;

export const networkRows = (): readonly RateDeckRow[] => {
  const networks = mobileNetworks.all().filter(isNetwork);
  const byCode = groupBy(networks, ({ mcc }) => mcc);
  const rows = [...byCode].flatMap(([mcc, known]) => {
    const main = mainCountry(known);
    const country = known.find((network) => zoneOf(network) === main)!;
    const whole = { prefix: mcc, zoneId: main, name: country.countryName ?? "International" };
    const each = [...groupBy(known, ({ mnc }) => mnc)].map(([mnc, listed]) =>
      rowOf(mcc + mnc, listed, main),
    );
    return [whole, ...each];
  });
  return rows.sort(byPrefix);
};

const isNetwork = ({ type, status, mnc }: Operator): boolean =>
  type !== "Test" && !deadStatuses.includes(status) && /^\d{2,3}$/.test(mnc);

/** Several countries under one code are one zone: GP and what is charged like it. */
const zoneOf = ({ countryCode }: Operator): string =>
  (countryCode ?? international).replaceAll("/", "-");

/** A network is listed for each country that it serves: those on air count, then the main one. */
const rowOf = (prefix: string, listed: readonly Operator[], main: string): RateDeckRow => {
  const onAir = listed.filter(({ status }) => status === operational);
  const candidates = onAir.length > 0 ? onAir : listed;
  const network = candidates.find((one) => zoneOf(one) === main) ?? candidates[0]!;
  const names = [network.brand || network.operator, network.countryName];
  const name = names.filter((part) => Boolean(part)).join(", ");
  return { prefix, zoneId: zoneOf(network), name: name.slice(0, nameLengthMax) };
};

/** Of an MCC: the one that most of its networks serve. */
const mainCountry = (networks: readonly Operator[]): string => {
  const counts = [...groupBy(networks, zoneOf)].map(([zone, { length }]) => ({ zone, length }));
  return counts.reduce((best, next) => (next.length > best.length ? next : best)).zone;
};

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
};
