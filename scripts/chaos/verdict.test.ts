// What a durability mode does not promise breaks nothing; all else does.

import { expect, test } from "vitest";
import type { Fault } from "./faults/fault.ts";
import type { Round } from "./play-round.ts";
import { brokenPromises } from "./verdict.ts";

const inject = async () => ({ where: "", lift: async () => undefined });
const crash: Fault = { name: "kill-redis", does: "", heldMs: [0, 0], isRedisCrash: true, inject };
const harmless: Fault = { name: "kill-engine", does: "", heldMs: [0, 0], inject };
const round: Round = {
  ...{ fault: "", where: "", heldMs: 0, acknowledged: 1, answerMs: 1, wellMs: 1, longestMs: 1 },
  ...{ findings: [], problems: [], isRedisBehind: false },
};
const lost = { kind: "lost", subject: "event anna e 0", detail: "gone" } as const;
const twice = { kind: "duplicated", subject: "event anna e 0", detail: "2 times" } as const;

test("nothing found breaks nothing", () => {
  expect(brokenPromises(round, crash, "always")).toEqual([]);
});

test("what a Redis that crashes may lose with everysec, it may not with always", () => {
  const behind = { ...round, findings: [lost], problems: ["not followed"], isRedisBehind: true };
  expect(brokenPromises(behind, crash, "everysec")).toEqual([]);
  expect(brokenPromises(behind, crash, "always")).toEqual([
    "Redis has lost entries that the ledger has",
    "not followed",
    "lost: event anna e 0: gone",
  ]);
  expect(brokenPromises(behind, harmless, "everysec")).toHaveLength(3);
});

test("nothing is ever done twice", () => {
  const findings = [lost, twice];
  expect(brokenPromises({ ...round, findings }, crash, "everysec")).toHaveLength(2);
});

test("to be stuck is no loss", () => {
  const stuck = { ...round, problems: ["not well 120 s after the fault"] };
  expect(brokenPromises(stuck, crash, "everysec")).toEqual(stuck.problems);
});
