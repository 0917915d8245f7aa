// Amounts for people: money with its currency, octets in binary multiples, time in minutes.

import type { UnitKind } from "../../engine/values/units.ts";

const binary = [
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
] as const;

/** Two decimal places at least, all six if they are needed. */
export const formatMicros = (micros: number): string => {
  const whole = Math.trunc(micros / 1_000_000);
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  return `${whole}.${fraction.replace(/0{1,4}$/, "")}`;
};

export const formatMoney = (micros: number, currency: string): string =>
  `${formatMicros(micros)} ${currency}`;

const formatOctets = (octets: number): string => {
  const [name, size] = binary.find(([, threshold]) => octets >= threshold) ?? ["octets", 1];
  const value = octets / size;
  return `${Number.isInteger(value) ? value : value.toFixed(2)} ${name}`;
};

const formatSeconds = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
};

export const formatAmount = (amount: number, unit: UnitKind, currency: string): string => {
  switch (unit) {
    case "money":
      return formatMoney(amount, currency);
    case "octets":
      return formatOctets(amount);
    case "seconds":
      return formatSeconds(amount);
    case "messages":
      return `${amount} ${amount === 1 ? "message" : "messages"}`;
    case "serviceUnits":
      return `${amount} ${amount === 1 ? "unit" : "units"}`;
  }
};
