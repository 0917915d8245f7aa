// The committed results of `npm run bench`, each as the command that made it and what that printed.

import { readdirSync, readFileSync } from "node:fs";
import { readBenchOptions } from "../../bench/measurement/options.ts";
import type { BenchResult } from "../../bench/measurement/result.ts";
import { resultText } from "../../bench/measurement/show-result.ts";

export type CommittedResult = { readonly file: string; readonly result: BenchResult };

const folder = "bench/results";

/** By name, so that the order stays. */
export const committedResults = (): readonly CommittedResult[] => {
  const place = new URL(`../../${folder}/`, import.meta.url);
  return readdirSync(place)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => ({
      file: `${folder}/${name}`,
      result: JSON.parse(readFileSync(new URL(name, place), "utf8")) as BenchResult,
    }));
};

export const measuredPart = (results: readonly CommittedResult[] = committedResults()): string =>
  results.length === 0
    ? "No result is committed yet; `npm run bench` prints yours."
    : results.map(resultSection).join("\n\n");

const resultSection = ({ file, result }: CommittedResult): string =>
  [`\`${commandOf(file, result)}\``, "", "```text", resultText(result), "```"].join("\n");

/** Only what differs from the defaults is said. */
const commandOf = (file: string, result: BenchResult): string => {
  const defaults = readBenchOptions([]);
  if (!defaults.isOk) throw new Error(defaults.error.text);
  const given = { ...result, rounds: result.rounds.length };
  const names = [
    "seconds",
    "accounts",
    "rounds",
    "connections",
    "outstanding",
    "durability",
    "seed",
  ] as const;
  const flags = names
    .filter((name) => given[name] !== defaults.value[name])
    .map((name) => `--${name} ${given[name]}`);
  return ["npm run bench --", ...flags, `--json ${file}`].join(" ");
};
