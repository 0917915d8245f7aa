// What is wrong where the chain does not hold, judged by the seals around the first that does not
// fit. Hashes tell that something was done, seldom for certain what: the words say what is known.

import { chainHash } from "./entry-digest.ts";

export type ChainProblem = {
  readonly kind: "missing" | "changed" | "inserted" | "reordered";
  readonly position: number;
  /** Undefined: nothing says which it was. */
  readonly entryId: number | undefined;
  readonly detail: string;
};

/** As stored, with the digest of what its entry says now; undefined: the entry is gone. */
export type CheckedSeal = {
  readonly position: number;
  readonly entryId: number;
  readonly digest: Buffer;
  readonly hash: Buffer;
  readonly found: Buffer | undefined;
};

export type Surroundings = {
  /** The last that holds, and the hash before it; undefined at the beginning. */
  readonly previous: { readonly position: number; readonly hash: Buffer };
  readonly beforePrevious: Buffer | undefined;
  readonly previousEntryId: number | undefined;
  /** Undefined: the chain ends. */
  readonly next: CheckedSeal | undefined;
};

export const holds = (seal: CheckedSeal, previous: Surroundings["previous"]): boolean =>
  seal.position === previous.position + 1 &&
  seal.found !== undefined &&
  seal.found.equals(seal.digest) &&
  chainHash(previous.hash, seal.digest).equals(seal.hash);

/** Of a seal that does not hold. */
export const problemOf = (seal: CheckedSeal, around: Surroundings): ChainProblem => {
  const { previous, beforePrevious, next } = around;
  const { position, entryId, digest, hash, found } = seal;
  if (position !== previous.position + 1) {
    const detail = `the seals up to position ${position} are gone`;
    return { kind: "missing", position: previous.position + 1, entryId: undefined, detail };
  }
  if (chainHash(previous.hash, digest).equals(hash)) {
    return found === undefined
      ? { kind: "missing", position, entryId, detail: "its seal is there, the entry is gone" }
      : { kind: "changed", position, entryId, detail: "it does not say what was sealed" };
  }
  const follows = (from: Buffer | undefined, one: Buffer, other: Buffer) =>
    from !== undefined && chainHash(from, one).equals(other);
  if (follows(beforePrevious, digest, hash)) {
    const inserted = { position: previous.position, entryId: around.previousEntryId };
    return { kind: "inserted", ...inserted, detail: "what is behind it follows without it" };
  }
  if (next !== undefined) {
    const isSwapped =
      follows(next.hash, digest, hash) && follows(previous.hash, next.digest, next.hash);
    if (isSwapped || follows(previous.hash, next.digest, hash)) {
      const detail = `it stands before entry ${next.entryId}, and was sealed behind it`;
      return { kind: "reordered", position, entryId, detail };
    }
    if (follows(previous.hash, next.digest, next.hash)) {
      return {
        kind: "inserted",
        position,
        entryId,
        detail: "what is behind it follows without it",
      };
    }
  }
  if (found === undefined) {
    const detail = "the entry is gone, and its seal is not what it was";
    return { kind: "missing", position, entryId, detail };
  }
  const detail = found.equals(digest)
    ? "it does not follow: what stood before it is gone, or it was changed with its digests"
    : "neither the entry nor its seal is what it was";
  return { kind: found.equals(digest) ? "missing" : "changed", position, entryId, detail };
};
