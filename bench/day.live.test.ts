// A few seconds of a day into a Tollgate that `npm start` started.

import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createTrialPlace,
  removeTrialPlace,
  startTrial,
  type TrialPlace,
  type TrialStart,
} from "../scripts/supervisor/trial-start.ts";
import { startTrialRun } from "./trial-run.ts";

let place: TrialPlace;
let tollgate: TrialStart;

beforeAll(async () => {
  place = await createTrialPlace();
  tollgate = startTrial(place);
  await tollgate.printed("Ctrl-C stops everything");
}, 180_000);
afterAll(async () => {
  tollgate.bootstrap.kill("SIGINT");
  await tollgate.exited;
  removeTrialPlace(place);
});

const startDay = (...words: string[]) => startTrialRun("day.ts", words, place.environment);
const patience = { timeout: 60_000 };

test(
  "plays a whole day in seconds, with money charged and subscribers denied",
  patience,
  async () => {
    const day = startDay("--seconds", "3", "--seed", "1");
    expect(await day.exited, day.errors()).toBe(0);
    const output = day.output();
    expect(output).toMatch(/^12:\d\d +[\d,]+\/s +p50 [\d.,]+ ms +p99 [\d.,]+ ms/m);
    expect(output).toContain("The day is over after");
    expect(output).toMatch(/messages +[1-9]\d,\d{3} +[\d,]+ initiate, [\d,]+ update/);
    expect(output).toMatch(/charged +[1-9][\d.]* EUR/);
    expect(output).toMatch(/denied +[1-9][\d,]* +[1-9]\d* subscribers ran out of credit/);
    expect(output).toMatch(/refused +nothing/);
    expect(output).toMatch(/left open +nothing/);
    expect(day.errors()).toBe("");
  },
);

test("Ctrl-C ends open sessions properly and sums up", patience, async () => {
  const day = startDay("--seconds", "30");
  await day.printed("05:0");
  day.process.kill("SIGINT");
  expect(await day.exited, day.errors()).toBe(0);
  expect(day.output()).toMatch(/Ended at 05:\d\d after/);
  expect(day.output()).toMatch(/left open +nothing/);
});

test("without an engine it says so in one line", patience, async () => {
  const day = startDay("--endpoint", "ws://127.0.0.1:9");
  expect(await day.exited).toBe(1);
  expect(day.output()).toBe("");
  expect(day.errors()).toBe(
    "day: no engine at ws://127.0.0.1:9 (nobody listens there); start it: npm start\n",
  );
});

test("a wrong token and unknown subscribers are one line each", patience, async () => {
  const wrong = path.join(place.folder, "tokens", "wrong");
  const business = path.join(place.folder, "tokens", "business");
  expect(existsSync(business)).toBe(true);
  const days = [
    startDay("--token-file", wrong),
    startDay("--token-file", "package.json"),
    startDay("--accounts", "5000"),
  ];
  expect(await Promise.all(days.map((day) => day.exited))).toEqual([1, 1, 1]);
  const [missing, noToken, unknown] = days.map((day) => day.errors());
  expect(missing).toBe(`day: no access token in ${wrong}; start Tollgate first: npm start\n`);
  expect(noToken).toBe("day: package.json holds no access token\n");
  expect(unknown).toMatch(/^day: msisdn-4915100004999 is no subscriber there; .*\n$/);
});

test("an engine that goes away ends the day", patience, async () => {
  const day = startDay("--seconds", "60");
  await day.printed("01:0");
  tollgate.bootstrap.kill("SIGINT");
  await tollgate.exited;
  expect(await day.exited).toBe(1);
  expect(day.errors()).toContain("day: the engine went away");
});
