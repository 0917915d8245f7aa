// What a durability mode does not promise breaks nothing; all else does.

import { expect, test } from "vitest";
import type { Round } from "./play-round.ts";
import { brokenPromises } from "./verdict.ts";

const round: Round = {
  ...{ fault: "", where: "", heldMs: 0, acknowledged: 1, answerMs: 1, wellMs: 1, longestMs: 1 },
  ...{ findings: [], problems: [], isRedisBehind: false, allowance: undefined },
};
const allowance = { killedAt: 1_000, startedAt: 2_000, rebuiltAt: undefined };
const event = { subject: "event anna e 0", detail: "gone" } as const;
const lost = { kind: "lost", ...event, isAllowed: false } as const;

test("nothing found breaks nothing", () => {
  expect(brokenPromises(round)).toEqual([]);
  expect(brokenPromises({ ...round, allowance })).toEqual([]);
});

test("a Redis that may lose something may stand behind the ledger, no other", () => {
  expect(brokenPromises({ ...round, isRedisBehind: true, allowance })).toEqual([]);
  expect(brokenPromises({ ...round, isRedisBehind: true })).toEqual([
    "Redis has lost entries that the ledger has",
  ]);
});

test("of what was found, only what is allowed is left out", () => {
  const findings = [
    { ...lost, isAllowed: true },
    lost,
    { kind: "drift", subject: "anna", detail: "anna: remaining is 1", isAllowed: false } as const,
  ];
  expect(brokenPromises({ ...round, findings, isRedisBehind: true, allowance })).toEqual([
    "lost: event anna e 0: gone",
    "drift: anna: anna: remaining is 1",
  ]);
});

test("whatever may be lost, nothing may be stuck, unproven, or end by itself", () => {
  const findings = [{ ...lost, isAllowed: true }];
  const problems = [
    "not well 120 s after the fault: engine 1: it is not running",
    "it cannot be proven: Connection is closed.",
    "engine 1 ended (exit 1): a fault",
  ];
  const stuck = { ...round, findings, problems, isRedisBehind: true, allowance };
  expect(brokenPromises(stuck)).toEqual(problems);
});
