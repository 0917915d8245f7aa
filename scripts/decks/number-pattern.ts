// Patterns of numbering plans read digit by digit, so that ranges can be turned into prefixes: what
// can still follow a beginning, and whether further digits could tell anything. The metadata of
// libphonenumber uses a small part of regular expressions: digits, \d, [2-57], (?:…|…), ?, {m,n}.

import { assert } from "../../engine/values/assert.ts";

/** A step takes one digit out of a set of them (bits 0–9); a fork takes none. */
type State = {
  readonly digits: number;
  readonly to: readonly number[];
  /** Whatever follows is any digit: nothing more can be told from the digits, only by how many. */
  readonly isFree: boolean;
  /** How many digits can follow at most. */
  readonly digitsMax: number;
};

export type NumberPattern = { readonly states: readonly State[]; readonly start: number };

/** Where a beginning has led: the steps that can be next, and 0 where it may end. */
export type Progress = readonly number[];

const anyDigit = 0b11_1111_1111;
const end = 0;

export const compilePattern = (source: string): NumberPattern => {
  const states: State[] = [{ digits: 0, to: [], isFree: true, digitsMax: 0 }];
  const append = (digits: number, to: readonly number[]): number => {
    const isOpen = digits === 0 || digits === anyDigit;
    states.push({
      digits,
      to,
      isFree: isOpen && to.every((state) => states[state]!.isFree),
      digitsMax: (digits === 0 ? 0 : 1) + digitsAfter(states, to),
    });
    return states.length - 1;
  };
  /** From the end backwards: each part is told where its own end leads. */
  const build = (part: Part, to: number): number => {
    switch (part.kind) {
      case "digits":
        return append(part.digits, [to]);
      case "sequence":
        return part.items.reduceRight((next, item) => build(item, next), to);
      case "choice":
        return append(
          0,
          part.options.map((option) => build(option, to)),
        );
      case "repeat": {
        let next = to;
        for (let count = part.max; count > 0; count--) {
          const step = build(part.item, next);
          next = count > part.min ? append(0, [step, to]) : step;
        }
        return next;
      }
    }
  };
  const start = build(parsePattern(source), end);
  return { states, start };
};

export const begin = ({ states, start }: NumberPattern): Progress => settle(states, [start]);

/** Empty where no number of the pattern goes on with this digit. */
export const advance = ({ states }: NumberPattern, at: Progress, digit: number): Progress =>
  settle(
    states,
    at
      .filter((state) => states[state]!.digits & (1 << digit))
      .flatMap((state) => states[state]!.to),
  );

export const isFree = ({ states }: NumberPattern, at: Progress): boolean =>
  at.every((state) => states[state]!.isFree);

/** How many digits can follow at most. */
export const digitsLeft = ({ states }: NumberPattern, at: Progress): number =>
  digitsAfter(states, at);

const digitsAfter = (states: readonly State[], to: readonly number[]): number =>
  to.reduce((most, state) => Math.max(most, states[state]!.digitsMax), 0);

/** Through forks, to steps and the end; each once. */
const settle = (states: readonly State[], from: readonly number[]): Progress => {
  const found = new Set<number>();
  const waiting = [...from];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    const { digits, to } = states[state]!;
    if (digits !== 0 || state === end) found.add(state);
    else waiting.push(...to);
  }
  return [...found];
};

type Part =
  | { readonly kind: "digits"; readonly digits: number }
  | { readonly kind: "sequence"; readonly items: readonly Part[] }
  | { readonly kind: "choice"; readonly options: readonly Part[] }
  | { readonly kind: "repeat"; readonly item: Part; readonly min: number; readonly max: number };

const tokenForm = /\\d|\[[\d-]+\]|\(\?:|\{\d+(?:,\d+)?\}|[\d|)?]/y;

const parsePattern = (source: string): Part => {
  const tokens: string[] = [];
  tokenForm.lastIndex = 0;
  for (let at = 0; at < source.length; at = tokenForm.lastIndex) {
    const token = tokenForm.exec(source)?.[0];
    assert(token !== undefined, `number pattern: ${source} at ${at}`);
    tokens.push(token);
  }
  let next = 0;
  const choice = (): Part => {
    const options = [sequence()];
    while (tokens[next] === "|") {
      next += 1;
      options.push(sequence());
    }
    return { kind: "choice", options };
  };
  const sequence = (): Part => {
    const items: Part[] = [];
    while (next < tokens.length && tokens[next] !== "|" && tokens[next] !== ")") {
      items.push(repeated(item()));
    }
    return { kind: "sequence", items };
  };
  const item = (): Part => {
    const token = tokens[next++]!;
    if (token !== "(?:") return { kind: "digits", digits: digitsOf(token) };
    const inner = choice();
    assert(tokens[next++] === ")", `number pattern: ${source} is not closed`);
    return inner;
  };
  const repeated = (inner: Part): Part => {
    const [min, max] = boundsOf(tokens[next]);
    if (min === 1 && max === 1) return inner;
    next += 1;
    return { kind: "repeat", item: inner, min, max };
  };
  const whole = choice();
  assert(next === tokens.length, `number pattern: ${source}`);
  return whole;
};

const boundsOf = (token = ""): readonly [number, number] => {
  if (token === "?") return [0, 1];
  if (!token.startsWith("{")) return [1, 1];
  const [min, max = min] = token.slice(1, -1).split(",").map(Number);
  return [min!, max!];
};

const digitsOf = (token: string): number => {
  if (token === "\\d") return anyDigit;
  let digits = 0;
  for (const [, first, last = first] of token.matchAll(/(\d)(?:-(\d))?/g)) {
    for (let digit = Number(first); digit <= Number(last); digit++) digits |= 1 << digit;
  }
  return digits;
};
