// What `npm run bench` was asked for.

import { ok, type Result } from "../../engine/values/result.ts";
import type { ApiBenchOptions } from "../api/run-api-bench.ts";
import { decimal, type Flag, readFlags, whole } from "../flags.ts";

export type BenchOptions = {
  readonly door: "engine" | "api";
  /** Of the door "api". */
  readonly api: ApiBenchOptions;
  readonly accounts: number;
  /** Of a measurement, warm-up not counted. */
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly outstanding: number;
  readonly seed: number;
  readonly durability: "everysec" | "always";
  readonly jsonFile: string | undefined;
  readonly profileFolder: string | undefined;
};

/** Of fewer, most would be under way at once, and hardly any left to draw from. */
const accountsMin = 500;
const accountsMax = 10_000_000;

const flags: readonly Flag[] = [
  {
    name: "door",
    hint: "DOOR",
    meaning: "engine, or api: of the business side",
    oneOf: ["engine", "api"],
    fallback: "engine",
  },
  {
    name: "rows",
    hint: "N",
    meaning: "of door api: customers that are there already",
    range: whole(1_000, 10_000_000),
    fallback: 1_000_000,
  },
  {
    name: "seconds",
    hint: "N",
    meaning: "of each measurement",
    range: decimal(0.2, 3_600),
    fallback: 5,
  },
  {
    name: "accounts",
    hint: "N",
    meaning: "with a session open on each",
    range: whole(accountsMin, accountsMax),
    fallback: 100_000,
  },
  {
    name: "rounds",
    hint: "N",
    meaning: "of yardstick, end to end, ceiling; the median counts",
    range: whole(1, 99),
    fallback: 3,
  },
  {
    name: "connections",
    hint: "N",
    meaning: "of the load client",
    range: whole(1, 64),
    fallback: 2,
  },
  {
    name: "outstanding",
    hint: "N",
    meaning: "operations under way at saturation (of door api 32)",
    range: whole(1, 4_096),
  },
  {
    name: "durability",
    hint: "MODE",
    meaning: "everysec or always",
    oneOf: ["everysec", "always"],
    fallback: "everysec",
  },
  {
    name: "seed",
    hint: "N",
    meaning: "of the traffic",
    range: whole(0, Number.MAX_SAFE_INTEGER),
    fallback: 1,
  },
  { name: "json", hint: "FILE", meaning: "writes the result there as well" },
  { name: "profile", hint: "FOLDER", meaning: "keeps CPU profiles of what is measured" },
];

const title = "npm run bench [-- flags]   measures what a Tollgate on this machine carries";

export const readBenchOptions = (
  words: readonly string[],
): Result<BenchOptions, { readonly text: string; readonly isHelp: boolean }> => {
  const read = readFlags(words, flags, title);
  if (!read.isOk) return read;
  const { number, text } = read.value;
  const outstandingOf = (usual: number) => Number(text("outstanding") ?? usual);
  return ok({
    accounts: number("accounts"),
    seconds: number("seconds"),
    rounds: number("rounds"),
    connections: number("connections"),
    outstanding: outstandingOf(256),
    door: text("door") === "api" ? "api" : "engine",
    api: {
      outstanding: outstandingOf(32),
      seconds: number("seconds"),
      rows: number("rows"),
      profileFolder: text("profile"),
    },
    seed: number("seed"),
    durability: text("durability") === "always" ? "always" : "everysec",
    jsonFile: text("json"),
    profileFolder: text("profile"),
  });
};
