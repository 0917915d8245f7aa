// What a round means: whether the promises of the durability mode were kept.

import type { Round } from "./play-round.ts";

/**
 * Each in a line; empty: all were kept. A Redis that may lose something may stand behind the
 * ledger; what is found beyond that breaks a promise, and what went wrong otherwise always does.
 */
export const brokenPromises = ({
  findings,
  problems,
  isRedisBehind,
  allowance,
}: Round): readonly string[] => {
  const isBroken = isRedisBehind && allowance === undefined;
  const behind = isBroken ? ["Redis has lost entries that the ledger has"] : [];
  const found = findings
    .filter(({ isAllowed }) => !isAllowed)
    .map(({ kind, subject, detail }) => `${kind}: ${subject}: ${detail}`);
  return [...behind, ...problems, ...found];
};
