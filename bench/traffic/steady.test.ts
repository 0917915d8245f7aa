// The population for measuring: updates in no order, and a clean end.

import { expect, test } from "vitest";
import { struct } from "../../engine/protocol/fields.ts";
import { operations } from "../../engine/protocol/operations.ts";
import type { SessionOperation } from "./day.ts";
import { grantAll } from "./granting.ts";
import { closeSteady, nextSteadyOperation, settleSteady, startSteady } from "./steady.ts";

const now = Date.UTC(2026, 10, 20);
const options = { accounts: 500, seed: 7, epoch: 1_795_000_000 };

const answer = (steady: ReturnType<typeof startSteady>, operation: SessionOperation): void =>
  settleSteady(steady, operation.session, grantAll(operation.request));

const step = (steady: ReturnType<typeof startSteady>): SessionOperation => {
  const operation = nextSteadyOperation(steady, now);
  if (operation === undefined) throw new Error("no operation");
  answer(steady, operation);
  return operation;
};

test("first opens one session on every account, then only updates", () => {
  const steady = startSteady(options);
  const opened = Array.from({ length: 500 }, () => step(steady));
  expect(opened.map(({ verb }) => verb)).toEqual(Array(500).fill("initiate"));
  expect(opened.map(({ session }) => session.account)).toEqual([...Array(500).keys()]);
  expect(steady.openSessions).toBe(500);
  for (let i = 0; i < 5_000; i++) {
    const { verb, request } = step(steady);
    expect(verb).toBe("update");
    // A quota is used up each time, but for the packet that no longer fits.
    const [usage] = request.multipleUnitUsage;
    expect(usage?.usedUnit).toBeGreaterThan((usage?.requestedUnit ?? 0) - 1_400);
  }
});

test("updates reach accounts in no order, some of them again before others", () => {
  const steady = startSteady(options);
  for (let i = 0; i < 500; i++) step(steady);
  const accounts = Array.from({ length: 500 }, () => step(steady).session.account);
  expect(new Set(accounts).size).toBeLessThan(400);
  expect(new Set(accounts).size).toBeGreaterThan(250);
});

test("a session with a message under way is not drawn again", () => {
  const steady = startSteady(options);
  const first = Array.from({ length: 500 }, () => nextSteadyOperation(steady, now));
  expect(new Set(first.map((operation) => operation?.session)).size).toBe(500);
  expect(nextSteadyOperation(steady, now)).toBeUndefined();
  answer(steady, first[0] as SessionOperation);
  expect(nextSteadyOperation(steady, now)?.session).toBe(first[0]?.session);
});

test("sessions of a stated length end, and others take their place on the same account", () => {
  const steady = startSteady({ ...options, updatesPerSession: 10 });
  const counts = { initiate: 0, update: 0, terminate: 0 };
  for (let i = 0; i < 60_000; i++) counts[step(steady).verb] += 1;
  expect(counts.update / counts.terminate).toBeGreaterThan(8);
  expect(counts.update / counts.terminate).toBeLessThan(11);
  expect(steady.unopened.length + steady.idle.length).toBe(500);
});

test("a refused update gives its account a new session", () => {
  const steady = startSteady({ ...options, accounts: 1 });
  const { sessionId } = step(steady).request;
  const update = nextSteadyOperation(steady, now) as SessionOperation;
  settleSteady(steady, update.session, null);
  const next = step(steady);
  expect(next.verb).toBe("initiate");
  expect(next.request.sessionId).not.toBe(sessionId);
});

test("closing terminates every open session once, and then there is nothing more", () => {
  const steady = startSteady(options);
  for (let i = 0; i < 800; i++) step(steady);
  closeSteady(steady);
  for (let i = 0; i < 500; i++) expect(step(steady).verb).toBe("terminate");
  expect(nextSteadyOperation(steady, now)).toBeUndefined();
  expect(steady.openSessions).toBe(0);
});

test("every message is one that the protocol takes", () => {
  const steady = startSteady(options);
  const codec = struct(operations.update.request);
  for (let i = 0; i < 2_000; i++) {
    const { request } = step(steady);
    expect(codec.decode(codec.encode(request))).toMatchObject(request);
  }
});
