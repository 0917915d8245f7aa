// What a session asks for and reports, message by message.

import fc from "fast-check";
import { expect, test } from "vitest";
import { randomFrom } from "../../engine/values/random.ts";
import { grantAll, grantUpTo } from "./granting.ts";
import {
  continueWith,
  groupOfOctets,
  groupOfSeconds,
  messageOf,
  type SessionGroup,
  type SessionRequest,
  type TrafficSession,
} from "./session.ts";

const sessionOf = (groups: SessionGroup[], seconds: number): TrafficSession => ({
  account: 0,
  sessionId: "smf3;1;1",
  subscriberIdentifier: "imsi-262010000000000",
  serviceInformation: null,
  groups,
  endAt: seconds * 1000,
  verb: "initiate",
  sequence: 0,
  dueAt: 0,
});

type Sent = { verb: string; at: number; request: SessionRequest };

/** Plays the session to its end; every answer grants up to `limit`. */
const play = (session: TrafficSession, limit = Number.MAX_SAFE_INTEGER): Sent[] => {
  const random = randomFrom(1);
  const sent: Sent[] = [];
  for (;;) {
    const request = messageOf(session, Math.floor(session.dueAt), random);
    sent.push({ verb: session.verb, at: session.dueAt, request });
    if (session.verb === "terminate") return sent;
    continueWith(session, grantUpTo(limit, request));
  }
};

const usageOf = ({ verb, at, request }: Sent) => [verb, at, request.multipleUnitUsage];

test("a call of 150 seconds asks for a minute at a time and reports the rest at its end", () => {
  const call = sessionOf([groupOfSeconds({ ratingGroup: 100, quota: 60, unitsPerSecond: 1 })], 150);
  expect(play(call).map(usageOf)).toEqual([
    ["initiate", 0, [{ ratingGroup: 100, requestedUnit: 60, usedUnit: null }]],
    ["update", 60_000, [{ ratingGroup: 100, requestedUnit: 60, usedUnit: 60 }]],
    ["update", 120_000, [{ ratingGroup: 100, requestedUnit: 60, usedUnit: 60 }]],
    ["terminate", 150_000, [{ ratingGroup: 100, requestedUnit: null, usedUnit: 30 }]],
  ]);
});

test("sequence numbers count up from 0 without a gap", () => {
  const call = sessionOf([groupOfSeconds({ ratingGroup: 100, quota: 60, unitsPerSecond: 1 })], 150);
  expect(play(call).map(({ request }) => request.sequence)).toEqual([0, 1, 2, 3]);
});

test("an update speaks only of the group whose quota is used up; the end speaks of all", () => {
  const video = groupOfOctets({ ratingGroup: 20, quota: 1_000_000, unitsPerSecond: 100_000 });
  const web = groupOfOctets({ ratingGroup: 10, quota: 1_000_000, unitsPerSecond: 1_000 });
  const groupsSpokenOf = play(sessionOf([video, web], 25)).map(({ request }) =>
    request.multipleUnitUsage.map(({ ratingGroup }) => ratingGroup),
  );
  expect(groupsSpokenOf).toEqual([[20, 10], [20], [20], [20, 10]]);
});

test("a last grant ends the session when it is used up, before its user would", () => {
  const call = sessionOf([groupOfSeconds({ ratingGroup: 100, quota: 60, unitsPerSecond: 1 })], 150);
  expect(play(call, 45).map(usageOf)).toEqual([
    ["initiate", 0, [{ ratingGroup: 100, requestedUnit: 60, usedUnit: null }]],
    ["terminate", 45_000, [{ ratingGroup: 100, requestedUnit: null, usedUnit: 45 }]],
  ]);
});

test("a session that was granted nothing terminates at once and reports nothing", () => {
  const call = sessionOf([groupOfSeconds({ ratingGroup: 100, quota: 60, unitsPerSecond: 1 })], 150);
  expect(play(call, 0).map(usageOf).at(-1)).toEqual(["terminate", 0, []]);
});

test("no report exceeds its grant, and all reports together are what the user used", () => {
  const settings = fc.record({
    quota: fc.integer({ min: 1_000_000, max: 50_000_000 }),
    unitsPerSecond: fc.integer({ min: 100, max: 1_000_000 }),
    seconds: fc.integer({ min: 1, max: 600 }),
  });
  fc.assert(
    fc.property(settings, ({ quota, unitsPerSecond, seconds }) => {
      const group = groupOfOctets({ ratingGroup: 20, quota, unitsPerSecond });
      const sent = play(sessionOf([group], seconds));
      let used = 0;
      for (const { request } of sent) {
        for (const { usedUnit } of request.multipleUnitUsage) {
          expect(usedUnit ?? 0).toBeGreaterThanOrEqual(0);
          expect(usedUnit ?? 0).toBeLessThanOrEqual(quota);
          used += usedUnit ?? 0;
        }
      }
      // Each report may leave up to a packet of its grant unsent.
      const expected = unitsPerSecond * seconds;
      expect(used).toBeLessThanOrEqual(expected + 1_400);
      expect(used).toBeGreaterThanOrEqual(expected - 1_400 * sent.length);
    }),
  );
});

test("an answer changes no group that its message did not ask about, whatever it says", () => {
  const video = groupOfOctets({ ratingGroup: 20, quota: 1_000_000, unitsPerSecond: 100_000 });
  const web = groupOfOctets({ ratingGroup: 10, quota: 1_000_000, unitsPerSecond: 1_000 });
  const session = sessionOf([video, web], 3_600);
  const random = randomFrom(1);
  const opened = grantAll(messageOf(session, 0, random));
  continueWith(session, opened);
  messageOf(session, 10_000, random); // video is used up after 10 seconds
  continueWith(session, opened); // and the answer repeats what web was granted
  expect([video.grantedAt, web.grantedAt]).toEqual([10_000, 0]);
});
