// Amounts as TMF documents write them (a JSON number and a unit) as the whole numbers that engines
// count in: octets, seconds, messages, service units, micros of money. Exact: a number stands for
// the decimal that it is written as, never for the double next to it.

import type { UnitKind } from "../../../engine/values/units.ts";

export type MeteredUnit = Exclude<UnitKind, "money">;
export type Measure = { readonly unit: MeteredUnit; readonly factor: number };

const kibi = 1024;
const kilo = 1000;

const names: readonly (readonly [names: string, MeteredUnit, factor: number])[] = [
  ["octet octets byte bytes B", "octets", 1],
  ["kB", "octets", kilo],
  ["MB", "octets", kilo ** 2],
  ["GB", "octets", kilo ** 3],
  ["TB", "octets", kilo ** 4],
  ["KiB", "octets", kibi],
  ["MiB", "octets", kibi ** 2],
  ["GiB", "octets", kibi ** 3],
  ["TiB", "octets", kibi ** 4],
  ["second seconds s", "seconds", 1],
  ["minute minutes min", "seconds", 60],
  ["hour hours h", "seconds", 3_600],
  ["message messages SMS", "messages", 1],
  ["unit units event events", "serviceUnits", 1],
];

const measures = new Map<string, Measure>(
  names.flatMap(([all, unit, factor]) => all.split(" ").map((name) => [name, { unit, factor }])),
);

export const unitNames: readonly string[] = [...measures.keys()];

export const measureOf = (name: string): Measure | undefined => measures.get(name);

/** A finite number as the decimal that JSON writes: 1e-7 is 1 with a scale of 7. */
const decimalOf = (amount: number): { digits: bigint; scale: number } => {
  const [mantissa = "", exponent = "0"] = String(amount).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
};

/** `amount × factor`; undefined where that is no whole number up to 2^53 - 1. */
export const wholeOf = (amount: number, factor: number): number | undefined => {
  if (!Number.isFinite(amount) || amount < 0) return undefined;
  const { digits, scale } = decimalOf(amount);
  const product = digits * BigInt(factor);
  const divisor = 10n ** BigInt(scale);
  if (product % divisor !== 0n) return undefined;
  const whole = product / divisor;
  return whole > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(whole);
};

const microsPerUnit = 1_000_000;
export const moneyValueMax = 999_999_999.999999;

/** Undefined: more decimal places than micros have, or below nought. */
export const microsOf = (value: number): number | undefined => wholeOf(value, microsPerUnit);

/** As tariff documents write money: "0.012". */
export const decimalText = (micros: number): string => {
  const fraction = String(micros % microsPerUnit)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const whole = String(Math.floor(micros / microsPerUnit));
  return fraction === "" ? whole : `${whole}.${fraction}`;
};
