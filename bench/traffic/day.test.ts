// A played day: in order, complete, repeatable, and as large as the published averages say.

import { beforeAll, expect, test } from "vitest";
import { struct } from "../../engine/protocol/fields.ts";
import { operations } from "../../engine/protocol/operations.ts";
import {
  type Day,
  dayMs,
  endDay,
  isOver,
  nextOperation,
  settle,
  startDay,
  type TrafficOperation,
} from "./day.ts";
import { grantAll } from "./granting.ts";
import { callsPerDay, dataKinds, messagesPerDay, octetsPerDay } from "./kinds.ts";

const accounts = 2_000;
const midnight = Date.UTC(2026, 10, 20);
const options = { accounts, midnight, seed: 7, epoch: 1_795_000_000 };

/** Plays until nothing is due at `until`, granting everything. */
const play = (day: Day, until: number): TrafficOperation[] => {
  const played: TrafficOperation[] = [];
  for (;;) {
    const operation = nextOperation(day, until);
    if (operation === undefined) return played;
    played.push(operation);
    if (operation.verb !== "event") settle(day, operation.session, grantAll(operation.request));
  }
};

let day: Day;
let played: TrafficOperation[];
const countOf = (verb: string) => played.filter((operation) => operation.verb === verb).length;
beforeAll(() => {
  day = startDay(options);
  played = play(day, midnight + dayMs);
});

test("the whole day comes in the order of time and leaves no session open", () => {
  let before = midnight;
  for (const { dueAt } of played) {
    expect(dueAt).toBeGreaterThanOrEqual(before);
    before = dueAt;
  }
  expect(isOver(day)).toBe(true);
  expect(before).toBeLessThanOrEqual(midnight + dayMs);
  expect(countOf("terminate")).toBe(countOf("initiate"));
});

test("the day adds up to the published daily averages per subscriber", () => {
  const data = dataKinds.reduce((sum, { startsPerDay }) => sum + startsPerDay, 0);
  expect(countOf("initiate") / accounts / (data + callsPerDay)).toBeCloseTo(1, 1);
  expect(countOf("event") / accounts).toBeCloseTo(messagesPerDay, 1);
  let octets = 0;
  for (const operation of played) {
    if (operation.verb === "event") continue;
    for (const { ratingGroup, usedUnit } of operation.request.multipleUnitUsage) {
      if (ratingGroup < 100) octets += usedUnit ?? 0;
    }
  }
  expect(octets / accounts / octetsPerDay).toBeCloseTo(1, 1);
});

test("the afternoon is several times as busy as the small hours", () => {
  const inHours = (from: number, to: number) =>
    played.filter(({ dueAt }) => {
      const hour = (dueAt - midnight) / 3_600_000;
      return hour >= from && hour < to;
    }).length;
  expect(inHours(14, 17)).toBeGreaterThan(3 * inHours(1, 4));
});

test("every message is one that the protocol takes", () => {
  const sessionRequest = struct(operations.update.request);
  const eventRequest = struct(operations.event.request);
  for (const { verb, request } of played) {
    const codec = verb === "event" ? eventRequest : sessionRequest;
    expect(codec.decode(codec.encode(request as never))).toMatchObject(request);
  }
});

test("identifiers are at most 48 characters and never repeated but by their own session", () => {
  const identifiers = new Set<string>();
  for (const operation of played) {
    if (operation.verb === "update" || operation.verb === "terminate") continue;
    const { request } = operation;
    const identifier = "sessionId" in request ? request.sessionId : request.requestId;
    expect(identifier.length).toBeLessThanOrEqual(48);
    expect(identifiers.has(identifier)).toBe(false);
    identifiers.add(identifier);
  }
});

test("the same seed plays the same day; another seed plays another", () => {
  const morning = midnight + dayMs / 4;
  const requests = (seed: number) =>
    play(startDay({ ...options, accounts: 100, seed }), morning).map(({ request }) => request);
  expect(requests(1)).toEqual(requests(1));
  expect(requests(1)).not.toEqual(requests(2));
});

test("a session whose answer has not come yet sends nothing more", () => {
  const waiting = startDay({ ...options, accounts: 1 });
  const first = nextOperation(waiting, midnight + dayMs);
  expect(first?.verb).toBe("initiate");
  const identifiers = new Set<string>();
  for (;;) {
    const operation = nextOperation(waiting, midnight + dayMs);
    if (operation === undefined) break;
    if (operation.verb !== "event") identifiers.add(operation.request.sessionId);
  }
  expect(identifiers.size).toBe(waiting.openSessions - 1);
});

test("a refused session is over", () => {
  const refusing = startDay({ ...options, accounts: 10 });
  for (;;) {
    const operation = nextOperation(refusing, midnight + dayMs);
    if (operation === undefined) break;
    expect(operation.verb === "initiate" || operation.verb === "event").toBe(true);
    if (operation.verb !== "event") settle(refusing, operation.session, null);
  }
  expect(isOver(refusing)).toBe(true);
});

test("ending the day early terminates what is open, at once and with its usage", () => {
  const noon = midnight + dayMs / 2;
  const stopped = startDay(options);
  play(stopped, noon);
  const openBefore = stopped.openSessions;
  expect(openBefore).toBeGreaterThan(50);
  endDay(stopped, noon);
  const rest = play(stopped, noon);
  expect(rest.map(({ verb }) => verb)).toEqual(Array(openBefore).fill("terminate"));
  expect(isOver(stopped)).toBe(true);
});
