// How long a session lasts.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { isOver, isUseToBeWritten, lifetimeFrom } from "./session-lifetime.ts";

const minute = 60_000;
const hour = 60 * minute;

test("a session that nobody uses is over after 30 minutes", () => {
  const session = lifetimeFrom(1_000);
  expect(isOver(session, 1_000 + 30 * minute - 1)).toBe(false);
  expect(isOver(session, 1_000 + 30 * minute)).toBe(true);
});

test("one that is always used is over after 12 hours all the same", () => {
  const used = (lastUsedAt: number) => ({ ...lifetimeFrom(1_000), lastUsedAt });
  expect(isOver(used(11 * hour + 59 * minute), 1_000 + 12 * hour - 1)).toBe(false);
  expect(isOver(used(11 * hour + 59 * minute), 1_000 + 12 * hour)).toBe(true);
});

test("a use is written once a minute", () => {
  expect(isUseToBeWritten(null, 5)).toBe(true);
  expect(isUseToBeWritten(1_000, 1_000 + minute - 1)).toBe(false);
  expect(isUseToBeWritten(1_000, 1_000 + minute)).toBe(true);
});

test("a session that is used never idles out for want of a write", () => {
  const unseen = limits.lastUsedWrittenMs + limits.actorCachedMsMax;
  expect(unseen).toBeLessThan(limits.sessionIdleMsMax / 10);
});
