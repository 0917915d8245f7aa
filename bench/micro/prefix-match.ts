// The longest prefix of a number among 200,000, as large carriers' rate decks have them: what a
// look-up takes, and how long a build keeps everything else waiting at most.

import { Bench } from "tinybench";
import { createPrefixIndexBuilder } from "../../engine/rating/prefix-index.ts";
import { nextBelow, type Random, randomFrom } from "../../engine/values/random.ts";
import { preciseFigure, renderTable, wholeFigure } from "../report/table.ts";

export type PrefixFigures = {
  readonly lookupNanoseconds: number;
  readonly buildMs: number;
  /** Of `rowsPerStep` prefixes. */
  readonly longestStepMs: number;
  readonly octetsPerPrefix: number;
};

export const prefixCount = 200_000;
/** A caller looks at the clock, or gives others a turn, after so many. */
const rowsPerStep = 64;
const numbersAsked = 100_000;
const numbersPerRun = 1_000;
const numberDigits = 15;
/**
 * Builds do the same work step by step; of each step the quickest counts, so that what else the
 * machine did is not in it. Copies, sorts and the like would be.
 */
const builds = 7;

export const measurePrefixes = async (seconds: number): Promise<PrefixFigures> => {
  const random = randomFrom(1);
  const prefixes = drawPrefixes(random);
  const numbers = Array.from({ length: numbersAsked }, () => {
    const prefix = prefixes[nextBelow(random, prefixCount)]!;
    return (prefix + digits(random, numberDigits)).slice(0, numberDigits);
  });
  const octetsBefore = process.memoryUsage().arrayBuffers;
  const first = build(prefixes);
  const octetsPerPrefix = (process.memoryUsage().arrayBuffers - octetsBefore) / prefixCount;
  const others = Array.from({ length: builds - 1 }, () => build(prefixes).steps);
  const quickest = first.steps.map((ms, step) =>
    Math.min(ms, ...others.map((steps) => steps[step]!)),
  );
  const { find } = first.index;
  let from = 0;
  const bench = new Bench({ time: seconds * 1_000, warmupTime: seconds * 300 });
  bench.add("look-up", () => {
    for (let i = from; i < from + numbersPerRun; i++) find(numbers[i]!);
    from = (from + numbersPerRun) % numbersAsked;
  });
  await bench.run();
  const [task] = bench.tasks;
  if (task === undefined || !("latency" in task.result)) throw new Error("nothing was measured");
  return {
    lookupNanoseconds: Math.round((task.result.latency.p50 * 1e6) / numbersPerRun),
    buildMs: sum(quickest),
    longestStepMs: Math.max(...quickest),
    octetsPerPrefix: Math.round(octetsPerPrefix),
  };
};

export const prefixTable = (figures: PrefixFigures): string =>
  renderTable([
    [`${wholeFigure(prefixCount)} prefixes`, ""],
    ["look-up, ns", wholeFigure(figures.lookupNanoseconds)],
    ["build, ms", wholeFigure(figures.buildMs)],
    [`longest step of ${rowsPerStep} of them, ms`, preciseFigure(figures.longestStepMs)],
    ["octets each", wholeFigure(figures.octetsPerPrefix)],
  ]);

const build = (prefixes: readonly string[]) => {
  const builder = createPrefixIndexBuilder();
  const steps: number[] = [];
  for (let from = 0; from < prefixes.length; from += rowsPerStep) {
    const stepAt = performance.now();
    const to = Math.min(from + rowsPerStep, prefixes.length);
    for (let row = from; row < to; row++) builder.add(prefixes[row]!, row);
    steps.push(performance.now() - stepAt);
  }
  return { index: builder.finish(), steps };
};

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

/** Of 3 to 10 digits, in no order. */
export const drawPrefixes = (random: Random): readonly string[] => {
  const drawn = new Set<string>();
  while (drawn.size < prefixCount) {
    const prefix = digits(random, 3 + nextBelow(random, 8));
    // No country code begins so.
    if (!prefix.startsWith("0")) drawn.add(prefix);
  }
  return [...drawn];
};

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => nextBelow(random, 10)).join("");
