// What is done every second goes on, whatever the walk through all accounts meets.

import { expect, test, vi } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { unmovedClock } from "../protocol/clock-value.ts";
import { openStore } from "../store/connection.ts";
import { openTariffs } from "../store/tariffs.ts";
import { startTending } from "./tending.ts";

const redis = redisOfFile();
const clock = {
  ...{ isMovable: false, now: Date.now, machineNow: Date.now, standing: () => unmovedClock },
  ...{ refresh: async () => undefined, move: async () => false, problem: async () => undefined },
};
const traveller = { set: () => undefined, stop: async () => undefined };

const tend = async (rest: {
  readonly patrol: () => Promise<void>;
  readonly isClockRight: () => Promise<boolean>;
}) => {
  const faults: unknown[] = [];
  const onError = (error: unknown) => faults.push(error);
  const cleanUp = cleanUpOfTest();
  const store = await openStore({ url: redis.url, isCluster: false, onError });
  cleanUp.add({ stop: store.close });
  await store.load();
  const tariffs = await openTariffs(store);
  const rounds: number[] = [];
  const round = async (shard: number) => void rounds.push(shard);
  const tending = startTending({
    ...{ store, tariffs, shards: [{}] as never, clock, traveller, onFault: onError, ...rest },
    ...{ pushing: { round }, finishTransfers: async () => undefined },
  });
  cleanUp.add(tending);
  return { rounds, faults };
};

test("rounds go on while the walk waits for its turn", { timeout: 20_000 }, async () => {
  const patrol = vi.fn(() => new Promise<void>(() => undefined));
  const { rounds, faults } = await tend({ patrol, isClockRight: async () => true });
  await expect.poll(() => rounds.length, { timeout: 15_000 }).toBeGreaterThan(2);
  expect(patrol).toHaveBeenCalledTimes(1);
  expect(faults).toEqual([]);
});

test("nothing is looked at where the clock is wrong", { timeout: 20_000 }, async () => {
  const patrol = vi.fn(async () => undefined);
  const { rounds } = await tend({ patrol, isClockRight: async () => false });
  await expect.poll(() => rounds.length, { timeout: 15_000 }).toBeGreaterThan(2);
  expect(patrol).not.toHaveBeenCalled();
});

test("a walk that fails is told of, and tried again", { timeout: 20_000 }, async () => {
  const patrol = vi.fn(async () => {
    throw new Error("no page");
  });
  const { rounds, faults } = await tend({ patrol, isClockRight: async () => true });
  await expect.poll(() => patrol.mock.calls.length, { timeout: 15_000 }).toBeGreaterThan(1);
  expect(faults).toContainEqual(new Error("no page"));
  expect(rounds.length).toBeGreaterThan(0);
});
