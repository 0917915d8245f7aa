// What reaches a log line, and above all what does not.

import { expect, test } from "vitest";
import { createLog, type LogLevel, rateLimited } from "./log.ts";

const captured = (level: LogLevel = "info") => {
  const lines: string[] = [];
  const log = createLog(level, { write: (line) => lines.push(line) });
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line) as object) };
};

test("writes one JSON object per line with level, time and message", () => {
  const { log, parsed } = captured();
  log.info({ port: 7600 }, "listening");
  expect(parsed()).toEqual([
    expect.objectContaining({
      level: "info",
      port: 7600,
      msg: "listening",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    }),
  ]);
});

test("keeps quiet below its level", () => {
  const { log, lines } = captured("error");
  log.warn({}, "not this");
  expect(lines).toEqual([]);
});

test("never writes a token, a password in a URL or who the subscriber is", () => {
  const { log, lines } = captured();
  log.info({ token: "s3cret", peer: { authorization: "Bearer s3cret" } }, "at two levels");
  log.info({ redisUrl: "redis://:s3cret@host", a: { b: { password: "s3cret" } } }, "deeper");
  log.info({ request: { subscriberIdentifier: "491701234567" }, msisdn: "491701234567" }, "who");
  log.info({ request: { subscriberIdentifiers: ["491701234567"] } }, "who else");
  expect(lines).toHaveLength(4);
  expect(lines.join("")).not.toMatch(/s3cret|491701234567/);
  expect(lines[0]).toContain("[redacted]");
});

test("writes an error without the command that failed", () => {
  const { log, lines, parsed } = captured();
  const command = { name: "hello", args: ["3", "AUTH", "default", "s3cret"] };
  log.warn({ err: Object.assign(new Error("WRONGPASS"), { command, code: "E" }) }, "no Redis");
  expect(lines.join("")).not.toContain("s3cret");
  const err = { type: "Error", message: "WRONGPASS", stack: expect.any(String), code: "E" };
  expect(parsed()).toEqual([expect.objectContaining({ err, msg: "no Redis" })]);
});

test("lets so many lines a second through and then says how many it left out", () => {
  const { log, parsed } = captured();
  let now = 0;
  const reject = rateLimited(log, 2, () => now);
  for (let i = 0; i < 5; i++) reject({ i }, "refused");
  now = 999;
  reject({ i: 5 }, "refused");
  now = 1_000;
  reject({ i: 6 }, "refused");
  reject({ i: 7 }, "refused");
  expect(parsed()).toEqual([
    expect.objectContaining({ i: 0 }),
    expect.objectContaining({ i: 1 }),
    expect.objectContaining({ i: 6, leftOut: 4 }),
    expect.not.objectContaining({ leftOut: 4 }),
  ]);
});
