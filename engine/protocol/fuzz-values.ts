// Valid requests by chance, from the table: edges of every type more often than chance would have
// them.

import { nextBelow, nextFraction, type Random } from "../values/random.ts";
import type { AnyField } from "./fields.ts";
import { type CheckedRequestOf, type OperationName, operations } from "./operations.ts";

export const pick = <T>(random: Random, from: readonly T[]): T =>
  from[nextBelow(random, from.length)]!;

export const happens = (random: Random, oneIn: number): boolean => nextBelow(random, oneIn) === 0;

/** A request that `readRequest` accepts; what its fields say is nonsense. */
export function randomRequest<N extends OperationName>(
  random: Random,
  operation: N,
): CheckedRequestOf<N> {
  const fields = Object.entries<AnyField>(operations[operation].request);
  const values = fields.map(([name, type]) => [name, randomValue(random, type)]);
  return Object.fromEntries(values) as CheckedRequestOf<N>;
}

export function randomValue(random: Random, type: AnyField): unknown {
  const { shape } = type;
  switch (shape.kind) {
    case "uint":
      return randomUint(random, shape.max);
    case "balance":
      return (happens(random, 2) ? 1 : -1) * randomUint(random, shape.max) + 0;
    case "flag":
      return happens(random, 2);
    case "identifier":
      return randomCharacters(
        random,
        1 + randomLength(random, shape.lengthMax - 1),
        identifierOnly,
      );
    case "text":
      return randomCharacters(
        random,
        randomLength(random, Math.min(shape.lengthMax, 300)),
        anyText,
      );
    case "oneOf":
      return pick(random, shape.names);
    case "nullable":
      return happens(random, 3) ? null : randomValue(random, shape.of);
    case "optional":
      return randomValue(random, shape.of);
    case "list":
      return Array.from({ length: randomLength(random, shape.lengthMax) }, () =>
        randomValue(random, shape.of),
      );
    case "struct":
      return Object.fromEntries(
        Object.entries(shape.fields).map(([name, field]) => [name, randomValue(random, field)]),
      );
  }
}

/** Where encodings change their size, and the two sides of each. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000];
const wideEdges = [0xffff_ffff, 0x1_0000_0000, 2 ** 52, 2 ** 53 - 1];

function randomUint(random: Random, max: number): number {
  if (happens(random, 8)) return max;
  const edge = pick(random, happens(random, 2) ? edges : wideEdges);
  if (edge <= max && happens(random, 2)) return edge;
  return Math.floor(nextFraction(random) * Math.min(max, 10 ** (1 + nextBelow(random, 15))));
}

/** Short as a rule, the longest one now and then. */
const randomLength = (random: Random, max: number): number =>
  happens(random, 40) ? max : nextBelow(random, Math.min(max, happens(random, 4) ? 24 : 4) + 1);

const identifierOnly = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCharCode(0x21 + i));
const anyText = [...identifierOnly, " ", "\n", "\u0000", "ä", "€", "\ufeff", "\uffff"];

const randomCharacters = (random: Random, length: number, alphabet: readonly string[]): string =>
  Array.from({ length }, () => pick(random, alphabet)).join("");
