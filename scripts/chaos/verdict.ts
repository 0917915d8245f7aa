// What a round means: whether the promises of the durability mode were kept.

import type { Durability } from "../../engine/config.ts";
import type { Fault } from "./faults/fault.ts";
import type { Round } from "./play-round.ts";

/**
 * With `everysec` a Redis that is killed may lose the last 2 s, and then stands behind the ledger:
 * that was never promised, and all else that is found follows from it.
 */
const isWithinPromise = (round: Round, fault: Fault, durability: Durability): boolean =>
  durability === "everysec" &&
  fault.isRedisCrash === true &&
  round.findings.every(({ kind }) => kind !== "duplicated" && kind !== "unasked") &&
  (round.isRedisBehind || round.findings.some(({ kind }) => kind === "lost"));

/** Each in a line; empty: all were kept. */
export const brokenPromises = (
  round: Round,
  fault: Fault,
  durability: Durability,
): readonly string[] => {
  const { findings, problems } = round;
  if (isWithinPromise(round, fault, durability)) return [];
  const behind = round.isRedisBehind ? ["Redis has lost entries that the ledger has"] : [];
  const found = findings.map(({ kind, subject, detail }) => `${kind}: ${subject}: ${detail}`);
  return [...behind, ...problems, ...found];
};
