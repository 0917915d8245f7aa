// Each check of readiness by itself, with Redis as it answers, hangs or is another's.

import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import type { Store } from "../store/connection.ts";
import { readinessChecks } from "./readiness.ts";

const now = 1_800_000_000_000;

/** A node that answers as told; `clock` is ms since 1970. */
const node = ({ clock = now, libraries = 1, isHanging = false } = {}) => {
  const say = <T>(reply: T) =>
    isHanging ? new Promise<T>(() => undefined) : Promise.resolve(reply);
  return {
    ping: () => say("PONG"),
    function: () => say(new Array(libraries).fill({})),
    time: () => say([Math.floor(clock / 1_000), (clock % 1_000) * 1_000]),
  };
};

type Given = { isReady?: boolean; isDraining?: boolean; problem?: string };

const outcomes = async (
  nodes: readonly ReturnType<typeof node>[],
  { isReady = true, isDraining = false, problem }: Given = {},
) => {
  const store = { nodes: () => nodes, isReady: () => isReady } as unknown as Store;
  const checks = readinessChecks({
    store,
    clock: { machineNow: () => now, problem: async () => problem },
    isDraining: () => isDraining,
  });
  const entries = checks.map(async ({ name, check }) => [name, (await check()).isOk] as const);
  return Object.fromEntries(await Promise.all(entries));
};
const allWell = { draining: true, redis: true, scripts: true, clock: true };

describe("ready is", () => {
  test("an engine whose every node answers, knows the library and has the same time", async () => {
    expect(await outcomes([node()])).toEqual(allWell);
    expect(await outcomes([node(), node(), node()])).toEqual(allWell);
  });

  test("no engine that drains", async () => {
    expect(await outcomes([node()], { isDraining: true })).toEqual({ ...allWell, draining: false });
  });

  test("no engine without its connection, whatever answers", async () => {
    expect(await outcomes([node()], { isReady: false })).toEqual({ ...allWell, redis: false });
  });

  test("no engine that one node does not answer, and that is known in time", async () => {
    const startedAt = performance.now();
    const seen = await outcomes([node(), node({ isHanging: true })]);
    expect(seen).toEqual({ draining: true, redis: false, scripts: false, clock: false });
    expect(performance.now() - startedAt).toBeLessThan(limits.readinessCheckMsMax);
  });

  test("no engine whose library one node does not know", async () => {
    expect(await outcomes([node(), node({ libraries: 0 })])).toEqual({
      ...allWell,
      scripts: false,
    });
  });

  test("no engine that does not know how far the clock was moved", async () => {
    const seen = await outcomes([node()], { problem: "not read for 6.0 s" });
    expect(seen).toEqual({ ...allWell, clock: false });
  });

  test.each([
    ["ahead by as much as may be", limits.clockSkewMsMax, true],
    ["ahead by more", limits.clockSkewMsMax + 1, false],
    ["behind by as much as may be", -limits.clockSkewMsMax, true],
    ["behind by more", -limits.clockSkewMsMax - 1, false],
  ])("a clock %s: %i ms", async (_, skew, isOk) => {
    const seen = await outcomes([node(), node({ clock: now + skew })]);
    expect(seen).toEqual({ ...allWell, clock: isOk });
  });
});
