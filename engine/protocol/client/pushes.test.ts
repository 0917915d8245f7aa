// What the client library makes of notices: who is called, how often, and what is acknowledged.

import { expect, test } from "vitest";
import { limits } from "../../limits.ts";
import { createPushes, type PushMessage } from "./pushes.ts";

const reauthorize = (noticeId: string): PushMessage => ({
  kind: "reauthorize",
  correlation: 0,
  notice: { noticeId, sessionId: "s", ratingGroups: [], reason: "credit" },
});
const abort = (noticeId: string): PushMessage => ({
  kind: "abort",
  correlation: 0,
  notice: { noticeId, sessionId: "s", reason: "fraud" },
});

const createHarness = () => {
  const acknowledged: (readonly [string, number])[] = [];
  const pushes = createPushes((noticeId, code) => acknowledged.push([noticeId, code]));
  return { pushes, acknowledged };
};

test("one that comes again calls the handler once and is acknowledged each time", async () => {
  const { pushes, acknowledged } = createHarness();
  const heard: unknown[] = [];
  let finish = () => undefined as unknown;
  pushes.handlers.reauthorize = (notice) => {
    heard.push(notice);
    return new Promise((resolve) => {
      finish = () => resolve("SUCCESS");
    });
  };
  const both = [pushes.receive(reauthorize("0-1")), pushes.receive(reauthorize("0-1"))];
  expect(acknowledged).toEqual([]);
  finish();
  await Promise.all(both);
  await pushes.receive(reauthorize("0-1"));
  expect(heard).toEqual([reauthorize("0-1").notice]);
  expect(acknowledged).toEqual(Array.from({ length: 3 }, () => ["0-1", 2001]));
});

test("what the handler throws, at once or later, is told as unable to comply", async () => {
  const { pushes, acknowledged } = createHarness();
  pushes.handlers.abort = () => {
    throw new Error("no such session");
  };
  pushes.handlers.reauthorize = () => Promise.reject(new Error("no such session"));
  await pushes.receive(abort("0-1"));
  await pushes.receive(reauthorize("0-2"));
  const each = [
    ["0-1", 5012],
    ["0-2", 5012],
  ];
  expect(acknowledged).toEqual(each);
});

test("one that was put off is new when it comes again", async () => {
  const { pushes, acknowledged } = createHarness();
  const codes = ["TOO_BUSY", "UNKNOWN_SESSION_ID"] as const;
  let calls = 0;
  pushes.handlers.abort = () => codes[calls++]!;
  for (let i = 0; i < 3; i++) await pushes.receive(abort("0-1"));
  expect(calls).toBe(2);
  expect(acknowledged.map(([, code]) => code)).toEqual([3004, 5002, 5002]);
});

test("what nobody listens to is not acknowledged, and is new once somebody does", async () => {
  const { pushes, acknowledged } = createHarness();
  pushes.handlers.reauthorize = () => "SUCCESS";
  await pushes.receive(abort("0-1"));
  expect(acknowledged).toEqual([]);
  pushes.handlers.abort = () => "SUCCESS";
  await pushes.receive(abort("0-1"));
  expect(acknowledged).toEqual([["0-1", 2001]]);
});

test("it remembers as many as it says, and no more", async () => {
  const { pushes } = createHarness();
  let calls = 0;
  pushes.handlers.abort = () => {
    calls++;
    return "SUCCESS";
  };
  const all = Array.from({ length: limits.clientNoticesMax }, (_, i) => abort(`0-${i}`));
  for (const notice of all) await pushes.receive(notice);
  await pushes.receive(all[0]!);
  expect(calls).toBe(limits.clientNoticesMax);
  await pushes.receive(abort("0-one-more"));
  await pushes.receive(all[1]!);
  await pushes.receive(all[0]!);
  expect(calls).toBe(limits.clientNoticesMax + 2);
});
