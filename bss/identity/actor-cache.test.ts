// Who showed which credential, for two seconds, and what was revoked not a moment longer.

import { expect, test } from "vitest";
import { err, ok } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";
import { createActorCache, type KnownActor } from "./actor-cache.ts";

const known = (id: string, ...subjects: string[]): KnownActor => ({
  actor: { kind: "user", id, name: id, roles: [] },
  subjects: [id, ...subjects],
});

const open = () => {
  const clock = { ticks: 0 };
  const loads: string[] = [];
  const cache = createActorCache(() => clock.ticks);
  const get = (digest: string, ...subjects: string[]) =>
    cache.get(digest, () => {
      loads.push(digest);
      return Promise.resolve(ok(known(digest, ...subjects)));
    });
  return { clock, loads, cache, get };
};

test("asks once for all who come within two seconds, and then again", async () => {
  const { clock, loads, get } = open();
  await Promise.all([get("a"), get("a"), get("a")]);
  clock.ticks = 1_999;
  await get("a");
  expect(loads).toEqual(["a"]);
  clock.ticks = 2_000;
  await get("a");
  expect(loads).toEqual(["a", "a"]);
});

test("what is forgotten is asked for each time, until its transaction has ended", async () => {
  const { clock, loads, cache, get } = open();
  await get("session", "user");
  cache.forget("user");
  await get("session", "user");
  await get("session", "user");
  expect(loads).toHaveLength(3);
  clock.ticks = 2_000;
  await get("session", "user");
  await get("session", "user");
  expect(loads).toHaveLength(4);
});

test("what was being loaded when it was forgotten is not kept", async () => {
  const { cache, get, loads } = open();
  let finish = (_: KnownActor): void => undefined;
  const slow = cache.get("session", async () => {
    const loaded = await new Promise<KnownActor>((resolve) => {
      finish = resolve;
    });
    return ok(loaded);
  });
  cache.forget("user");
  finish(known("session", "user"));
  await slow;
  await get("session", "user");
  expect(loads).toEqual(["session"]);
});

test("forgetting one leaves the others", async () => {
  const { cache, get, loads } = open();
  await get("one", "user-1");
  await get("other", "user-2");
  cache.forget("user-1");
  await get("other", "user-2");
  expect(loads).toEqual(["one", "other"]);
});

test("refusals and failures are not kept", async () => {
  const { cache, get, loads } = open();
  const refusal = err({ code: "UNAVAILABLE", detail: "not now" } as const);
  expect(await cache.get("a", () => Promise.resolve(refusal))).toEqual(refusal);
  await expect(cache.get("a", () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  expect(cache.size()).toBe(0);
  await get("a");
  expect(loads).toEqual(["a"]);
});

test("holds no more than its bound, and lets the oldest go", async () => {
  const { cache, get, loads } = open();
  for (let count = 0; count <= limits.actorsCachedMax; count++) await get(String(count));
  expect(cache.size()).toBe(limits.actorsCachedMax);
  loads.length = 0;
  await get("1");
  await get("0");
  expect(loads).toEqual(["0"]);
});
