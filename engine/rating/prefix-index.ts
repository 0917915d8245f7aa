// The longest prefix of a number, out of hundreds of thousands, in well under a microsecond, and
// built in small steps: the engine goes on charging while it takes in a new rate deck.

import { assert } from "../values/assert.ts";
import { err, ok, type Result } from "../values/result.ts";
import {
  createPrefixDigits,
  endDigit,
  newDigits,
  type PrefixDigits,
  prefixDigitsMax,
  readDigits,
} from "./prefix-digits.ts";
import { createPrefixNodes, type PrefixNodes, root } from "./prefix-nodes.ts";

export type PrefixRefusal =
  | { readonly code: "NOT_DIGITS" }
  | { readonly code: "TOO_LONG" }
  /** The prefix is in the index already, with this value, and keeps it. */
  | { readonly code: "DUPLICATE"; readonly value: number };

export type PrefixMatch = { readonly value: number; readonly matchedLength: number };

export type PrefixIndex = {
  readonly size: number;
  /**
   * The longest prefix of `number`, read from position `start` on. Undefined where none matches,
   * and where anything in it is not a digit.
   */
  readonly find: (number: string, start?: number) => PrefixMatch | undefined;
};

export type PrefixIndexBuilder = {
  /**
   * The value is a whole number below 2^31. Takes as long as the prefix has digits, whatever was
   * added before. The prefix "" is one of every number.
   */
  readonly add: (prefix: string, value: number) => Result<undefined, PrefixRefusal>;
  /** Afterwards nothing can be added. */
  readonly finish: () => PrefixIndex;
};

const valueMax = 2 ** 31 - 1;
const added = ok(undefined);
const notDigits = err({ code: "NOT_DIGITS" } as const);
const tooLong = err({ code: "TOO_LONG" } as const);

export const createPrefixIndexBuilder = (): PrefixIndexBuilder => {
  const prefixes = createPrefixDigits();
  const nodes = createPrefixNodes();
  const digits = newDigits();
  let isFinished = false;

  const add = (prefix: string, value: number): Result<undefined, PrefixRefusal> => {
    assert(!isFinished, "prefixes: added to a finished index");
    assert(Number.isInteger(value) && value >= 0 && value <= valueMax, `prefixes: value ${value}`);
    if (prefix.length > prefixDigitsMax) return tooLong;
    const length = readDigits(prefix, 0, digits);
    if (length < 0) return notDigits;
    let node = root;
    // Every turn goes to a deeper node.
    for (;;) {
      const digit = digits[nodes.depthOf(node)]!;
      const next = nodes.next(node, digit);
      if (next === 0) {
        nodes.link(node, digit, ~prefixes.append(digits, length, value));
        return added;
      }
      const sample = next < 0 ? ~next : nodes.sampleOf(next);
      const depth = next < 0 ? prefixes.lengthOf(sample) : nodes.depthOf(next);
      const parting = prefixes.differsAt(sample, digits, Math.min(depth, length));
      if (next < 0 && parting === depth && depth === length) {
        return err({ code: "DUPLICATE", value: prefixes.valueOf(sample) });
      }
      if (next < 0 || parting < depth) {
        const fork = nodes.append(parting, sample);
        nodes.link(node, digit, fork);
        nodes.link(fork, prefixes.digitOf(sample, parting), next);
        nodes.link(fork, digits[parting]!, ~prefixes.append(digits, length, value));
        return added;
      }
      node = next;
    }
  };

  const finish = (): PrefixIndex => {
    isFinished = true;
    return { size: prefixes.count(), find: finderOf(nodes, prefixes) };
  };
  return { add, finish };
};

/**
 * Goes down by the digits where prefixes part and passes over those between. Whether these were the
 * number's too is seen at the end, in one comparison: of the prefixes that ended on the way, the
 * longest within what is shared is the answer. (Comparing at every node took twice as long.)
 */
const finderOf = (nodes: PrefixNodes, prefixes: PrefixDigits): PrefixIndex["find"] => {
  const digits = newDigits();
  const ended = new Int32Array(prefixDigitsMax + 1);
  return (number, start = 0) => {
    const length = readDigits(number, start, digits);
    if (length < 0 || prefixes.count() === 0) return undefined;
    let endedCount = 0;
    let node = root;
    let next = root;
    do {
      node = next;
      const end = nodes.next(node, endDigit);
      if (end !== 0) ended[endedCount++] = ~end;
      const depth = nodes.depthOf(node);
      next = depth < length ? nodes.next(node, digits[depth]!) : 0;
    } while (next > 0);
    if (next < 0) ended[endedCount++] = ~next;
    const sample = next < 0 ? ~next : nodes.sampleOf(node);
    const shared = prefixes.differsAt(sample, digits, Math.min(prefixes.lengthOf(sample), length));
    while (endedCount > 0) {
      const prefix = ended[--endedCount]!;
      const matchedLength = prefixes.lengthOf(prefix);
      if (matchedLength <= shared) return { value: prefixes.valueOf(prefix), matchedLength };
    }
    return undefined;
  };
};
