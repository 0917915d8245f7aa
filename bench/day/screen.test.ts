// What people see of a day, as text.

import { expect, test } from "vitest";
import { resultCodes } from "../../engine/protocol/result-codes.ts";
import { summarize } from "../histogram.ts";
import { dayMs } from "../traffic/day.ts";
import { ratingGroups } from "../traffic/kinds.ts";
import { drawCurve, expectedCurve } from "./curve.ts";
import { forecast } from "./forecast.ts";
import { clock, hourLine, type Style, screenLines, summaryLines } from "./screen.ts";
import {
  countAnswered,
  countCost,
  countDenial,
  countGrants,
  countRefused,
  halfHoursPerDay,
  newTally,
} from "./tally.ts";

const plain: Style = {
  bold: (text) => text,
  dim: (text) => text,
  bright: (text) => text,
  alarming: (text) => text,
};
const hour = 3_600_000;
const who = { at: 14.5 * hour, subscriberIdentifier: "msisdn-4915100000019" };

const tallyOfADay = () => {
  const tally = newTally();
  for (let i = 1; i <= 100; i++) countAnswered(tally, 0, i / 10);
  countCost(tally, 12_345_678);
  const { video } = ratingGroups;
  countDenial(tally, { ...who, ratingGroup: video });
  return tally;
};

const viewOf = (at: number) => {
  const tally = tallyOfADay();
  const latency = summarize(tally.recent);
  const messagesPerSecond = 512.4;
  return { tally, at, messagesPerSecond, latency, openSessions: 1_204, state: "playing" } as const;
};

test("the screen shows hour, rate, latency, money, denials and open sessions", () => {
  const text = screenLines(viewOf(14.55 * hour), plain).join("\n");
  expect(text).toMatch(/A day at Nordlicht Mobil +14:33/);
  expect(text).toMatch(/messages +512\/s +100 in all/);
  expect(text).toMatch(/latency +p50 5\.00 ms +p99 9\.\d+ ms/);
  expect(text).toMatch(/open +1,204 sessions/);
  expect(text).toMatch(/charged +12\.35 EUR/);
  expect(text).toMatch(/denied +1 +14:30 msisdn-4915100000019, no credit for video/);
  expect(text).not.toContain("refused");
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(80);
});

test("a log file gets the hour on one line", () => {
  const view = viewOf(15 * hour);
  countRefused(view.tally, "RATING_FAILED");
  countRefused(view.tally, "TOO_BUSY");
  const [clockAndRate, counts] = hourLine(view).split(/ {2}(?=open)/);
  expect(clockAndRate).toMatch(/^15:00 +512\/s +p50 5\.00 ms +p99 9\.\d+ ms$/);
  expect(counts).toBe("open 1,204  denied 1  refused 2  charged 12.35 EUR");
});

test("the summary tells what was refused and what stayed open", () => {
  const tally = tallyOfADay();
  const ending = { tally, latency: summarize(tally.latencies), seconds: 61.2, openSessions: 0 };
  const whole = summaryLines({ ...ending, at: dayMs }, plain).join("\n");
  expect(whole).toContain("The day is over after 61 s");
  expect(whole).toMatch(/denied +1 +1 subscribers ran out of credit/);
  expect(whole).toMatch(/refused +nothing/);
  expect(whole).toMatch(/left open +nothing/);
  countRefused(tally, "TOO_BUSY");
  const early = summaryLines({ ...ending, at: 8 * hour, openSessions: 3 }, plain).join("\n");
  expect(early).toContain("Ended at 08:00 after 61 s");
  expect(early).toMatch(/refused +1 TOO_BUSY/);
  expect(early).toMatch(/left open +3 sessions/);
});

test("a grant that ran into the credit limit is a denial, any other a refusal by its name", () => {
  const tally = newTally();
  const codes = ["SUCCESS", "CREDIT_LIMIT_REACHED", "RATING_FAILED"] as const;
  const multipleUnitInformation = codes.map((code, index) => ({
    ratingGroup: index,
    resultCode: resultCodes[code].number,
    grantedUnit: 0,
    validityTime: 0,
    finalUnitIndication: false,
  }));
  countGrants(tally, { multipleUnitInformation }, who);
  expect(tally.denials).toBe(1);
  expect(tally.lastDenial?.ratingGroup).toBe(1);
  countRefused(tally, "RATING_FAILED");
  expect([...tally.refused]).toEqual([["RATING_FAILED", 2]]);
});

test("the curve fills its rows, and played half hours count as they came", () => {
  expect(drawCurve([0, 1, 8, 16])).toEqual(["   █", " ▁██"]);
  const counted = forecast.map((value) => value * 3);
  const early = expectedCurve(counted, 10);
  expect(early.slice(0, 10)).toEqual(counted.slice(0, 10));
  for (const [index, value] of early.entries()) expect(value).toBeCloseTo(counted[index] ?? 0);
  expect(expectedCurve(new Array(halfHoursPerDay).fill(0), 0)).toEqual(forecast);
});

test("a day is quiet at night and busy in the evening", () => {
  const [night = 0, evening = 0] = [8, 36].map((halfHour) => forecast[halfHour]);
  expect(evening).toBeGreaterThan(2 * night);
});

test("the clock shows the played minute", () => {
  expect([0, 9.99 * hour, dayMs].map(clock)).toEqual(["00:00", "09:59", "24:00"]);
});
