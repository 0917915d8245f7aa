// The flags of `npm run chaos`.

import { parseArgs } from "node:util";
import type { Durability } from "../../engine/config.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagNumber } from "../whole-number.ts";

export type ChaosFlags = {
  readonly seed: number;
  /** It ends after the first of the two. */
  readonly minutes: number;
  readonly rounds: number;
  /** Names of faults; empty: all. */
  readonly only: readonly string[];
  readonly durability: Durability;
  readonly accounts: number;
  readonly json: string | undefined;
  readonly isList: boolean;
};

const minutesDefault = 3;
const accountsDefault = 120;
const durabilities: readonly Durability[] = ["everysec", "always"];
const text = { type: "string" } as const;

export const readChaosFlags = (
  words: readonly string[],
  faultNames: readonly string[],
  now: number,
): Result<ChaosFlags, string> => {
  try {
    const options = {
      ...{ seed: text, minutes: text, rounds: text, only: text, durability: text },
      ...{ accounts: text, json: text, list: { type: "boolean" } as const },
    };
    const { values } = parseArgs({ args: [...words], options });
    const rounds = flagNumber("rounds", values.rounds, 1);
    const minutes = number("minutes", values.minutes);
    return ok({
      seed: flagNumber("seed", values.seed, 0) ?? now % 2 ** 31,
      minutes: minutes ?? (rounds === undefined ? minutesDefault : Number.POSITIVE_INFINITY),
      rounds: rounds ?? Number.POSITIVE_INFINITY,
      only: known(values.only, faultNames),
      durability: durabilityOf(values.durability),
      accounts: flagNumber("accounts", values.accounts, 2) ?? accountsDefault,
      json: values.json,
      isList: values.list ?? false,
    });
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
};

const number = (name: string, value: string | undefined) => {
  if (value === undefined) return undefined;
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(value) || Number(value) === 0) {
    throw new Error(`--${name}: expected a number above 0, got ${value}`);
  }
  return Number(value);
};

const known = (value: string | undefined, names: readonly string[]): readonly string[] => {
  const only = value === undefined ? [] : value.split(",");
  for (const name of only) {
    if (!names.includes(name)) throw new Error(`--only: no fault "${name}"; see --list`);
  }
  return only;
};

const durabilityOf = (value = "always"): Durability => {
  const found = durabilities.find((one) => one === value);
  if (found === undefined) {
    throw new Error(`--durability: expected ${durabilities.join(" or ")}, got ${value}`);
  }
  return found;
};
