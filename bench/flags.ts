// Flags of the bench's commands: declared as a table, read with Node's own parser, which refuses
// what it does not know. `--help` and mistakes are answered from the same table.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../engine/values/result.ts";

export type Flag = {
  readonly name: string;
  readonly hint: string;
  readonly meaning: string;
  /** A whole number or a decimal one within bounds; text where it is left out. */
  readonly range?: { readonly min: number; readonly max: number; readonly isWhole: boolean };
  readonly fallback?: number | string;
  readonly oneOf?: readonly string[];
};

export type Flags = {
  readonly number: (name: string) => number;
  /** Undefined where it was not given and has no fallback. */
  readonly text: (name: string) => string | undefined;
};

export const whole = (min: number, max: number) => ({ min, max, isWhole: true });
export const decimal = (min: number, max: number) => ({ min, max, isWhole: false });

/** The error is what to print: a mistake, or the help that was asked for (`isHelp`). */
export const readFlags = (
  words: readonly string[],
  flags: readonly Flag[],
  title: string,
): Result<Flags, { readonly text: string; readonly isHelp: boolean }> => {
  const mistake = (text: string) => err({ text, isHelp: false });
  const options = Object.fromEntries(
    [...flags.map(({ name }) => name), "help"].map((name) => [
      name,
      { type: name === "help" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    values = parseArgs({ args: [...words], options, strict: true }).values;
  } catch (error) {
    return mistake(`${(error as Error).message.split(". ")[0]}; try --help`);
  }
  if (values["help"] === true) return err({ text: helpText(flags, title), isHelp: true });
  for (const flag of flags) {
    const problem = problemOf(flag, values[flag.name] as string | undefined);
    if (problem !== undefined) return mistake(`--${flag.name}: ${problem}`);
  }
  const text = (name: string): string | undefined => {
    const given = values[name] ?? flags.find((flag) => flag.name === name)?.fallback;
    return given === undefined ? undefined : String(given);
  };
  return ok({ text, number: (name) => Number(text(name)) });
};

const problemOf = ({ range, oneOf }: Flag, value: string | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if (oneOf !== undefined && !oneOf.includes(value)) {
    return `expected ${oneOf.join(" or ")}, got "${value}"`;
  }
  if (range === undefined) return value === "" ? "expected something" : undefined;
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  const isFit = number >= range.min && number <= range.max;
  if (isFit && (!range.isWhole || Number.isSafeInteger(number))) return undefined;
  const kind = range.isWhole ? "a whole number" : "a number";
  return `expected ${kind} from ${range.min} to ${range.max}, got "${value}"`;
};

const helpText = (flags: readonly Flag[], title: string): string => {
  const lines = flags.map(({ name, hint, meaning, fallback }) => {
    const usual = fallback === undefined ? "" : ` (${fallback})`;
    return `  --${`${name} ${hint}`.padEnd(20)}${meaning}${usual}`;
  });
  return [title, "", ...lines].join("\n");
};
