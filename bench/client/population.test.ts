// Updates that the load client patches together are those that the protocol's codec would write.

import { expect, test } from "vitest";
import { readRequest } from "../../engine/protocol/messages.ts";
import type { RequestOf } from "../../engine/protocol/operations.ts";
import { decodeFrame } from "../../engine/protocol/wire.ts";
import { randomFrom } from "../../engine/values/random.ts";
import { grantAll, grantUpTo } from "../traffic/granting.ts";
import type { TrafficSession } from "../traffic/session.ts";
import { nextSteadyOperation, settleSteady, startSteady } from "../traffic/steady.ts";
import { writeFrame } from "./frame-writer.ts";
import { openPopulation, type Population, prepareUpdate, settleUpdate } from "./population.ts";

const size = 400;
const now = 1_795_000_000_123;
const random = randomFrom(5);

const openSessions = (answer = grantAll): TrafficSession[] => {
  const steady = startSteady({ accounts: size, seed: 3, epoch: 1_795_000_000 });
  return Array.from({ length: size }, () => {
    const operation = nextSteadyOperation(steady, now);
    if (operation === undefined) throw new Error("no session");
    settleSteady(steady, operation.session, answer(operation.request));
    return operation.session;
  });
};

/** The sessions' next updates as the engine reads them, with their correlations. */
const updatesOf = (population: Population, sessions: readonly number[]) => {
  for (const session of sessions) prepareUpdate(population, session, now, random);
  const frame = decodeFrame(writeFrame(population, Uint32Array.from(sessions), sessions.length));
  if (!frame.isOk) throw new Error("the frame cannot be read");
  return frame.value.map((wire) => {
    const read = readRequest(wire);
    if (read.operation !== "update") throw new Error("not an update");
    return { correlation: read.correlation, request: read.request as RequestOf<"update"> };
  });
};

test("every session's update carries its own identifiers, sequence and grant", () => {
  const sessions = openSessions();
  const population = openPopulation(sessions);
  const all = sessions.map((_, session) => session);
  for (const [session, { correlation, request }] of updatesOf(population, all).entries()) {
    const { sessionId, subscriberIdentifier, serviceInformation, groups } = sessions[
      session
    ] as TrafficSession;
    expect(correlation).toBe(session + 1);
    expect(request).toMatchObject({ sessionId, subscriberIdentifier, serviceInformation });
    expect(request).toMatchObject({ sequence: 1, eventTimestamp: now });
    const [usage] = request.multipleUnitUsage;
    const group = groups.find(({ ratingGroup }) => ratingGroup === usage?.ratingGroup);
    expect(usage?.requestedUnit).toBe(group?.quota);
    const left = (group?.granted ?? 0) - (usage?.usedUnit ?? 0);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(group?.smallestUse ?? 0);
  }
});

test("an answer moves the sequence on, and its grant is what is used next", () => {
  const population = openPopulation(openSessions(grantAll));
  settleUpdate(population, 7, 3);
  settleUpdate(population, 7, 3);
  const [update] = updatesOf(population, [7]);
  expect(update?.request.sequence).toBe(3);
  // Three units are fewer than a packet or more than a second: what is spared never exceeds them.
  expect(update?.request.multipleUnitUsage[0]?.usedUnit).toBeLessThanOrEqual(3);
});

test("a small grant is used up, never more than that", () => {
  const population = openPopulation(openSessions((request) => grantUpTo(1, request)));
  const updates = updatesOf(population, [...Array(size).keys()]);
  for (const { request } of updates) {
    expect(request.multipleUnitUsage[0]?.usedUnit).toBeLessThanOrEqual(1);
  }
});

test("in a session with two groups the slower one comes up now and then", () => {
  const sessions = openSessions();
  const population = openPopulation(sessions);
  const two = sessions.findIndex(({ groups }) => groups.length === 2);
  const counts = new Map<number, number>();
  for (let i = 0; i < 200; i++) {
    const [update] = updatesOf(population, [two]);
    const { ratingGroup = 0, usedUnit = 0 } = update?.request.multipleUnitUsage[0] ?? {};
    counts.set(ratingGroup, (counts.get(ratingGroup) ?? 0) + 1);
    settleUpdate(population, two, usedUnit ?? 0);
  }
  const [first = 0, second = 0] = (sessions[two]?.groups ?? []).map(
    ({ ratingGroup }) => counts.get(ratingGroup) ?? 0,
  );
  expect(first + second).toBe(200);
  expect(second).toBeGreaterThan(0);
  expect(first).toBeGreaterThan(4 * second);
});
