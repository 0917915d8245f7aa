// A replay counts only when it does the recorded work again: same state, same answers.

import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningRedis } from "../../scripts/testing/redis-server.ts";
import { current } from "../layouts/current.ts";
import { drawCalls } from "../layouts/workload.ts";
import { askRedis, infoNumber, pidOf, startBenchRedis } from "../system/bench-redis.ts";
import { type Copy, type Snapshot, startCopy, takeSnapshot } from "../system/snapshot.ts";
import { newestEntry, type Recording, readRecording } from "./recording.ts";
import { replay } from "./replay.ts";
import { sendCommands } from "./send-commands.ts";

const accounts = 200;
const calls = drawCalls({ accounts, operations: 64 * 20, perCall: 64, seed: 2 });

let redis: RunningRedis;
let questions: Redis;
let snapshot: Snapshot;
let copy: Copy;
let recording: Recording;

beforeAll(async () => {
  redis = await startBenchRedis("everysec");
  questions = await askRedis(redis.url);
  await current.prepare(questions, accounts);
  snapshot = await takeSnapshot(redis);
  copy = await startCopy(snapshot, "everysec");
  const from = await newestEntry(questions);
  await sendCommands({
    commands: calls.map(current.encode),
    port: redis.port,
    redisPid: pidOf(redis.process),
    inFlight: 4,
    onReply: current.check,
  });
  recording = await readRecording(questions, { from, to: await newestEntry(questions) });
});
afterAll(async () => {
  questions.disconnect();
  await copy.stop();
  await snapshot.remove();
  await redis.stop();
});

const replayOn = (target: RunningRedis) =>
  replay(recording, { port: target.port, redisPid: pidOf(target.process) }, () => undefined);

test("the journal gives back every batch with its reply", () => {
  expect(recording.commands.length).toBe(calls.length);
  expect(recording.operations).toBe(calls.flat().length);
});

test("on the state of before every batch succeeds as it did, any number of times", async () => {
  for (let round = 0; round < 2; round++) {
    await copy.restore();
    const ceiling = await replayOn(copy.redis);
    expect(ceiling).toMatchObject({ operations: calls.flat().length, batches: calls.length });
    expect(ceiling.opsPerSecond).toBeGreaterThan(100);
    const there = await askRedis(copy.redis.url);
    for (const account of [0, accounts - 1]) {
      expect(await current.read(there, account)).toEqual(await current.read(questions, account));
    }
    expect(await infoNumber(there, "persistence", "aof_enabled")).toBe(1);
    there.disconnect();
  }
});

test("on any other state it is refused", async () => {
  await expect(replayOn(redis)).rejects.toThrow("was answered differently");
});

test("a journal entry that is no batch of updates is refused", async () => {
  const from = await newestEntry(questions);
  await questions.xadd("{0}:journal", "*", "p", randomBytes(8), "k", "someone", "t", "1");
  const to = await newestEntry(questions);
  await expect(readRecording(questions, { from, to })).rejects.toThrow("is no batch");
});
