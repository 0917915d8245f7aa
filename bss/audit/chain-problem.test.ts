// Each way to tamper with a chain of five is found at the first place that it touches, and called
// by its name where the hashes tell it.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type ChainProblem, type CheckedSeal, holds, problemOf } from "./chain-problem.ts";
import { chainBegin, chainHash } from "./entry-digest.ts";

const digestFor = (n: number): Buffer => createHash("sha256").update(String(n)).digest();

const chainOf = (entryIds: readonly number[]): CheckedSeal[] => {
  let hash = chainBegin;
  return entryIds.map((entryId, index) => {
    const digest = digestFor(entryId);
    hash = chainHash(hash, digest);
    return { position: index + 1, entryId, digest, hash, found: digest };
  });
};

const firstProblem = (seals: readonly CheckedSeal[]): ChainProblem | undefined => {
  const hashes = [chainBegin, ...seals.map(({ hash }) => hash)];
  const index = seals.findIndex((seal, n) => {
    return !holds(seal, { position: n, hash: hashes[n] ?? chainBegin });
  });
  const seal = seals[index];
  if (seal === undefined) return undefined;
  return problemOf(seal, {
    previous: { position: index, hash: hashes[index] ?? chainBegin },
    beforePrevious: hashes[index - 1],
    previousEntryId: seals[index - 1]?.entryId,
    next: seals[index + 1],
  });
};

const good = chainOf([11, 12, 13, 14, 15]);
const at = (position: number): CheckedSeal => good[position - 1]!;
const changeAt = (position: number, change: Partial<CheckedSeal>): CheckedSeal[] =>
  good.map((seal) => (seal.position === position ? { ...seal, ...change } : seal));
const renumbered = (seals: readonly CheckedSeal[]): CheckedSeal[] =>
  seals.map((seal, index) => ({ ...seal, position: index + 1 }));
const inserted = { ...at(1), entryId: 99, digest: digestFor(99), found: digestFor(99) };
const insertedWithHash = { ...inserted, hash: chainHash(at(2).hash, digestFor(99)) };

test("a chain that nobody touched holds", () => {
  expect(firstProblem(good)).toBeUndefined();
});

test.each([
  ["an entry that is gone", changeAt(3, { found: undefined }), "missing", 3, 13],
  [
    "one that is gone, with its seal",
    renumbered(good.filter((s) => s !== at(3))),
    "missing",
    3,
    14,
  ],
  [
    "one that is gone, and the place empty",
    good.filter((s) => s !== at(3)),
    "missing",
    3,
    undefined,
  ],
  ["one that was changed", changeAt(3, { found: digestFor(0) }), "changed", 3, 13],
  [
    "one that was changed with its digest",
    changeAt(3, { found: digestFor(0), digest: digestFor(1) }),
    "changed",
    3,
    13,
  ],
  ["one put between", renumbered([at(1), at(2), inserted, ...good.slice(2)]), "inserted", 3, 99],
  [
    "one put between with the hash it would have",
    renumbered([at(1), at(2), insertedWithHash, ...good.slice(2)]),
    "inserted",
    3,
    99,
  ],
  [
    "two whose seals were exchanged",
    renumbered([at(1), at(3), at(2), at(4), at(5)]),
    "reordered",
    2,
    13,
  ],
  [
    "two that were exchanged under their hashes",
    renumbered([at(1), { ...at(3), hash: at(2).hash }, { ...at(2), hash: at(3).hash }, at(4)]),
    "reordered",
    2,
    13,
  ],
  ["the first that is gone", good.slice(1), "missing", 1, undefined],
] as const)("%s is found", (_, seals, kind, position, entryId) => {
  expect(firstProblem(seals)).toMatchObject({ kind, position, entryId });
});
