// Frames by chance, most of them broken in one named way, for the unit test of the codec and for
// the live test that sends a million of them to a server. The same random state gives the same
// frames.

import { Packr } from "msgpackr";
import { nextBelow, nextUint32, type Random, randomFrom } from "../values/random.ts";
import { happens, pick, randomRequest } from "./fuzz-values.ts";
import { requestMessage } from "./messages.ts";
import { operationNames } from "./operations.ts";

/** By the messages of a frame. */
const messageFuzzes = {
  valid: (_, message) => message,
  wrongValue: (random, message) => replaceOne(random, message, pick(random, wrongValues)),
  swappedFields: (random, message) => {
    const [from, to] = [nextBelow(random, message.length), nextBelow(random, message.length)];
    return message.map((value, i) => message[i === from ? to : i === to ? from : i] ?? value);
  },
  missingFields: (random, message) => message.slice(0, nextBelow(random, message.length)),
  unknownFields: (random, message) => [...message, pick(random, wrongValues)],
  unknownOperation: (random, message) => [
    pick(random, [0, 11, 63, 64, 65, 127, 128, 255, 1.5, -1, 2 ** 31, NaN, "1", null, [1]]),
    ...message.slice(1),
  ],
  wrongCorrelation: (random, message) => [
    message[0],
    pick(random, [0, -1, 1.5, 2 ** 32, 2n ** 63n, NaN, "1", null, [], undefined]),
    ...message.slice(2),
  ],
  notAMessage: (random) => pick(random, wrongValues),
  deepNesting: (random, message) => replaceOne(random, message, nested(nextBelow(random, 40))),
} satisfies Record<string, (random: Random, message: readonly unknown[]) => unknown>;

/** By the octets of a valid frame. */
const octetFuzzes = {
  truncated: (random, bytes) => bytes.slice(0, nextBelow(random, bytes.length)),
  trailing: (random, bytes) =>
    Buffer.concat([bytes, randomOctets(random, 1 + nextBelow(random, 8))]),
  bitFlips: (random, bytes) => {
    for (let i = nextBelow(random, 8); i >= 0; i--)
      bytes[nextBelow(random, bytes.length)]! ^= 1 << nextBelow(random, 8);
    return bytes;
  },
  giantCount: (random, bytes) => spliced(random, bytes, pick(random, giantCounts)),
  foreignType: (random, bytes) => spliced(random, bytes, pick(random, foreignTypes)),
  invalidUtf8: (random, bytes) =>
    spliced(random, bytes, [0xa2, pick(random, [0xc0, 0xed, 0xff]), 0x80]),
  noise: (random) => randomOctets(random, nextBelow(random, 200)),
  brackets: (random) =>
    new Uint8Array(1 + nextBelow(random, 2_000)).fill(pick(random, [0x91, 0x9f])),
} satisfies Record<string, (random: Random, bytes: Uint8Array) => Uint8Array>;

type MessageFuzz = keyof typeof messageFuzzes;
export type FuzzKind = MessageFuzz | keyof typeof octetFuzzes;
export const fuzzKinds = [
  ...Object.keys(messageFuzzes),
  ...Object.keys(octetFuzzes),
] as readonly FuzzKind[];

export type FuzzedFrame = { readonly kind: FuzzKind; readonly bytes: Uint8Array };

/**
 * A frame of one to four messages, broken in the way its kind says; `kinds` narrows the choice.
 * The messages are nonsense, or those of `from`; only their correlations are made up then.
 */
export function fuzzFrame(
  random: Random,
  kinds: readonly FuzzKind[] = fuzzKinds,
  from?: readonly (readonly unknown[])[],
): FuzzedFrame {
  const kind = pick(random, kinds);
  const messages: unknown[] = [];
  for (let i = nextBelow(random, 4); i >= 0; i--) messages.push(anyMessage(random, from));
  if (kind in messageFuzzes) {
    const at = nextBelow(random, messages.length);
    messages[at] = messageFuzzes[kind as MessageFuzz](random, messages[at] as unknown[]);
    return { kind, bytes: Uint8Array.from(packr.pack(messages)) };
  }
  const bytes = Uint8Array.from(packr.pack(messages));
  return { kind, bytes: octetFuzzes[kind as keyof typeof octetFuzzes](random, bytes) };
}

let stock: (readonly unknown[])[] | undefined;

/** From a stock that is made once: a million frames would take a minute to make from nothing. */
function anyMessage(random: Random, from = stocked()): readonly unknown[] {
  const [number, , ...fields] = pick(random, from);
  return [number, 1 + nextBelow(random, 0xffff_ffff), ...fields];
}

function stocked(): readonly (readonly unknown[])[] {
  const own = randomFrom(1);
  stock ??= Array.from({ length: 2_000 }, (_, i) => {
    const operation = operationNames[i % operationNames.length]!;
    return requestMessage(operation, 1, randomRequest(own, operation));
  });
  return stock;
}

/** Writes what the protocol does not allow: maps, bin, ext, undefined. */
const packr = new Packr({ useRecords: false, variableMapSize: true });

const wrongValues: readonly unknown[] = [
  ...[-1, 0.5, -0, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 64, -(2 ** 53)],
  ...[2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n), 7n],
  ...["", " ", "ä", "x".repeat(129), "\u0000", "1", "\ud83d\ude00"],
  ...[null, undefined, true, false, [], [[]], [null], new Array(65).fill(1), {}, { a: 1 }],
  ...[Buffer.from("octets"), new Date(0), new Map([[1, 2]])],
];

const giantCounts = [
  [0xdd, 0xff, 0xff, 0xff, 0xff],
  [0xdd, 0x00, 0x10, 0x00, 0x00],
  [0xdc, 0xff, 0xff],
  [0xdb, 0xff, 0xff, 0xff, 0xff],
  [0xda, 0xff, 0xff],
  [0xd9, 0xff],
  [0xc6, 0x7f, 0xff, 0xff, 0xff],
  [0xdf, 0xff, 0xff, 0xff, 0xff],
];

const foreignTypes = [
  [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61],
  [0xd4, 0x00, 0x00],
  [0xc7, 0x01, 0x05, 0x00],
  [0xd6, 0xff, 0x00, 0x00, 0x00, 0x00],
  [0x81, 0xa1, 0x61, 0x01],
  [0xc4, 0x01, 0x00],
  [0xc1],
];

/** One value somewhere in the message, at any depth, becomes another. */
function replaceOne(random: Random, message: readonly unknown[], value: unknown): unknown[] {
  const at = nextBelow(random, message.length);
  return message.map((element, i) => {
    if (i !== at) return element;
    const isEntered = Array.isArray(element) && element.length > 0 && !happens(random, 4);
    return isEntered ? replaceOne(random, element, value) : value;
  });
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

function spliced(random: Random, bytes: Uint8Array, inserted: readonly number[]): Uint8Array {
  const at = 1 + nextBelow(random, bytes.length);
  const removed = happens(random, 2) ? 1 : 0;
  const parts = [bytes.subarray(0, at), Uint8Array.from(inserted), bytes.subarray(at + removed)];
  return Buffer.concat(parts);
}

const randomOctets = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => nextUint32(random) & 0xff);
