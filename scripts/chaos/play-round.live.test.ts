// A Redis that comes back without the end of its file, with everysec: what it may lose is no broken
// promise, what is older is; and where the ledger has it, a rebuild brings it back.

import { expect, onTestFinished, test } from "vitest";
import type { Fault } from "./faults/fault.ts";
import { loseRedisEnd } from "./faults/store-faults.ts";
import { startLoad } from "./load/load.ts";
import { playRound, type Round } from "./play-round.ts";
import { openProof, timeUntil } from "./proof/proof.ts";
import { brokenPromises } from "./verdict.ts";
import { makeRunFolder } from "./world/run-folder.ts";
import { startWorld } from "./world/world.ts";

const play = async (fault: Fault): Promise<Round> => {
  const folder = await makeRunFolder();
  onTestFinished(() => folder.close());
  const world = await startWorld(folder, "everysec");
  onTestFinished(() => world.stop());
  const load = await startLoad(world, { seed: 1, accounts: 20 });
  const proof = await openProof(world, load);
  onTestFinished(async () => {
    await load.close();
    await proof.close();
  });
  const startedAt = Date.now();
  expect(await timeUntil(async () => Date.now() > startedAt + 4_000, 10_000)).toBeDefined();
  const options = { seed: 1, nth: 0, signal: new AbortController().signal };
  return playRound({ world, load, proof, told: new Set() }, fault, options);
};

/** Meanwhile nothing reaches the ledger. */
const withoutWorkers = (fault: Fault): Fault => ({
  ...fault,
  inject: async (world, random) => {
    await Promise.all(world.workers.map((part) => part.freeze()));
    const injected = await fault.inject(world, random);
    const lift = async () => {
      await injected.lift();
      for (const part of world.workers) part.thaw();
    };
    return { ...injected, lift };
  },
});

const kindsOf = ({ findings }: Round, isAllowed: boolean) =>
  new Set(findings.filter((one) => one.isAllowed === isAllowed).map(({ kind }) => kind));

test("what the ledger has is brought back by a rebuild, and told when it is too much", async () => {
  const round = await play(loseRedisEnd(1_000));
  expect(brokenPromises(round)).toEqual([]);
  expect(round).toMatchObject({ isRedisBehind: true, wellMs: expect.any(Number) });
  expect(kindsOf(round, false)).toEqual(new Set());
  const tooMuch = await play(loseRedisEnd(3_500));
  expect(brokenPromises(tooMuch)).toEqual([
    expect.stringMatching(/^Redis has lost the last [34]\d\d\d ms before its end$/),
  ]);
}, 150_000);

test("what the ledger has not is lost: the last 2 s may be, what is older may not", async () => {
  const round = await play(withoutWorkers(loseRedisEnd(1_000)));
  expect(brokenPromises(round)).toEqual([]);
  expect(round.isRedisBehind).toBe(false);
  expect(kindsOf(round, true)).toContain("lost");
  const tooMuch = await play(withoutWorkers(loseRedisEnd(3_500)));
  expect(tooMuch.isRedisBehind).toBe(false);
  expect(kindsOf(tooMuch, true)).toContain("lost");
  expect(kindsOf(tooMuch, false)).toContain("lost");
  const ages = tooMuch.findings
    .filter(({ kind, isAllowed }) => kind === "lost" && !isAllowed)
    .map(({ detail }) => Number(/^acknowledged (\d+) ms before/.exec(detail)?.[1]));
  expect(Math.min(...ages)).toBeGreaterThan(2_000);
}, 150_000);
