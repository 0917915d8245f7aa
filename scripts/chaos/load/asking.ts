// One operation after another, each until its outcome is known, and put down in the books.

import type { Refusal } from "../../../engine/protocol/result-codes.ts";
import type { Result } from "../../../engine/values/result.ts";
import type { Books, Change, Operation } from "../proof/books.ts";
import { insist } from "./insist.ts";

export type Asking = {
  readonly books: Books;
  /** False: it was refused for good, or given up. */
  ask<A>(
    operation: Operation,
    call: () => Promise<Result<A, Refusal>>,
    change: (answer: A) => Change,
  ): Promise<boolean>;
  readonly acknowledged: () => number;
  /** Of unknown outcome when everything was given up. */
  readonly unknown: () => number;
  /** The longest that one operation was without its answer since it was last asked, in ms. */
  takeLongestMs(): number;
  /** Resolves with the next answer. */
  nextAnswer(): Promise<void>;
  /** Nobody is to be waited for any more. */
  giveUp(): void;
  readonly isGivenUp: () => boolean;
};

export const createAsking = (books: Books): Asking => {
  const counts = { acknowledged: 0, unknown: 0, longestMs: 0 };
  let isGivenUp = false;
  const waiting: (() => void)[] = [];
  const ask: Asking["ask"] = async (operation, call, change) => {
    const askedAt = performance.now();
    const result = await insist(call, () => isGivenUp);
    if (!result.isOk) {
      if (isGivenUp) counts.unknown++;
      else {
        const { code, detail } = result.error;
        books.refuse({ ...operation, code, detail, at: Date.now() });
      }
      return false;
    }
    books.acknowledge(operation, change(result.value), Date.now());
    counts.acknowledged++;
    counts.longestMs = Math.max(counts.longestMs, performance.now() - askedAt);
    for (const resolve of waiting.splice(0)) resolve();
    return true;
  };
  return {
    books,
    ask,
    acknowledged: () => counts.acknowledged,
    unknown: () => counts.unknown,
    takeLongestMs: () => {
      const { longestMs } = counts;
      counts.longestMs = 0;
      return longestMs;
    },
    nextAnswer: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    giveUp: () => {
      isGivenUp = true;
    },
    isGivenUp: () => isGivenUp,
  };
};
