// Seeded pseudo-random numbers for simulation and load: the same seed gives the same run on every
// machine. xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c):
// 128 bits of state, 32-bit arithmetic only, period 2^128 - 1. Not for secrets.

import { assert } from "./assert.ts";

/** The state: four words, changed by every draw. A copy (`slice()`) continues on its own. */
export type Random = Uint32Array & { readonly kind: "random" };

/**
 * `stream` gives independent sequences under one seed: one for arrivals, one for faults, and so on.
 */
export const randomFrom = (seed: number, stream = 0): Random => {
  assert(Number.isSafeInteger(seed), `randomFrom: seed ${seed}`);
  assert(Number.isSafeInteger(stream), `randomFrom: stream ${stream}`);
  const inputs = [seed, Math.floor(seed / 2 ** 32), stream, Math.floor(stream / 2 ** 32)];
  const state = new Uint32Array(4);
  let hash = 0;
  // Two rounds over the inputs, so that each word of the state depends on all of them.
  for (let i = 0; i < 8; i++) {
    hash = scramble((hash + 0x9e37_79b9) ^ (inputs[i % 4] ?? 0));
    state[i % 4] = hash;
  }
  return randomFromState(state);
};

/** For known-answer tests and resuming. The state of all zeros is the one that never moves. */
export const randomFromState = (state: ArrayLike<number>): Random => {
  const random = Uint32Array.from(state) as Random;
  assert(random.length === 4 && random.some((word) => word !== 0), "randomFromState: bad state");
  return random;
};

/** Any of the 2^32 whole numbers from 0. */
export const nextUint32 = (random: Random): number => {
  const s1 = random[1] as number;
  const product = Math.imul(s1, 5);
  const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
  const s2 = (random[2] as number) ^ (random[0] as number);
  const s3 = (random[3] as number) ^ s1;
  random[1] = s1 ^ s2;
  random[0] = (random[0] as number) ^ s3;
  random[2] = s2 ^ (s1 << 9);
  random[3] = (s3 << 11) | (s3 >>> 21);
  return result;
};

/** From 0 up to, never reaching, 1; in steps of 2^-53. */
export const nextFraction = (random: Random): number => {
  const high = nextUint32(random) >>> 5;
  const low = nextUint32(random) >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
};

/** A whole number from 0 below `bound` (≤ 2^32); the bias is below bound / 2^32. */
export const nextBelow = (random: Random, bound: number): number => {
  assert(Number.isInteger(bound) && bound > 0 && bound <= 2 ** 32, `nextBelow: ${bound}`);
  return Math.floor((nextUint32(random) / 2 ** 32) * bound);
};

/** MurmurHash3's finalizer: every bit of the input reaches every bit of the output. */
function scramble(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
