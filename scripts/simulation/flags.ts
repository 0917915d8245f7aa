// The flags of `npm run sim`.

import { parseArgs } from "node:util";
import { type Fault, faultNames } from "../../engine/simulation/world/faults.ts";
import { textToTurns, turnsToText } from "../../engine/simulation/world/turn-list.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagNumber } from "../whole-number.ts";

export type SimulationFlags = {
  readonly seed: number;
  /** So many from `seed` on. */
  readonly seeds: number;
  /** Of each seed, at least. */
  readonly operations: number;
  readonly without: readonly Fault[];
  /** Only these; undefined: all that it takes. */
  readonly turns: readonly number[] | undefined;
  readonly burst: number | undefined;
};

const operationsDefault = 10_000;
const text = { type: "string" } as const;

export const readSimulationFlags = (
  words: readonly string[],
  now: number,
): Result<SimulationFlags, string> => {
  try {
    const options = { seed: text, seeds: text, ops: text, without: text, turns: text, burst: text };
    const { values } = parseArgs({ args: [...words], options });
    return ok({
      seed: flagNumber("seed", values.seed) ?? now % 2 ** 31,
      seeds: flagNumber("seeds", values.seeds, 1) ?? 1,
      operations: flagNumber("ops", values.ops, 1) ?? operationsDefault,
      without: values.without === undefined ? [] : values.without.split(",").map(faultNamed),
      turns: values.turns === undefined ? undefined : turnsOf(values.turns),
      burst: flagNumber("burst", values.burst, 1),
    });
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
};

/** What plays the same again. */
export const commandOf = ({ seed, operations, without, turns, burst }: SimulationFlags): string =>
  [
    `npm run sim -- --seed ${seed} --ops ${operations}`,
    ...(without.length > 0 ? [`--without ${without.join(",")}`] : []),
    ...(burst === undefined ? [] : [`--burst ${burst}`]),
    ...(turns === undefined ? [] : [`--turns ${turnsToText(turns)}`]),
  ].join(" ");

const faultNamed = (name: string): Fault => {
  const fault = faultNames.find((one) => one === name);
  if (fault !== undefined) return fault;
  throw new Error(`--without: expected some of ${faultNames.join(",")}, got ${name}`);
};

const turnsOf = (value: string): readonly number[] => {
  const turns = textToTurns(value);
  if (turns.isOk) return turns.value;
  throw new Error(`--turns: ${turns.error}`);
};
