// The business side's way to a real engine: there, gone, and back.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { refusal } from "../engine/protocol/result-codes.ts";
import { err, ok } from "../engine/values/result.ts";
import {
  businessToken,
  cleanUpOfTest,
  endpointOf,
  startEngineHere,
  until,
} from "../scripts/testing/engine.ts";
import { redisOfFile } from "../scripts/testing/redis-of-file.ts";
import { tariffDocument } from "../scripts/testing/subscribers.ts";
import {
  openEngineConnection,
  readEngineToken,
  refusalOfEngine,
  untilKnown,
} from "./engine-connection.ts";
import { limits } from "./limits.ts";

const redis = redisOfFile();
const listener = "ws";
const log = { info: () => undefined, warn: () => undefined };

test("a request is answered, and again when the engine has come back on its port", async () => {
  const cleanUp = cleanUpOfTest();
  const first = cleanUp.add(await startEngineHere({ redisUrl: redis.url, listener }));
  const url = endpointOf(first);
  const connection = cleanUp.add(openEngineConnection({ url, token: businessToken, log }));
  const publish = () => connection.engine.publishTariff({ document: tariffDocument() });
  expect(await publish()).toMatchObject({ isOk: true, value: { isChanged: true } });
  expect(connection.engine.connectionsUp()).toBe(1);
  await first.stop();
  await until("it is missed", async () => connection.engine.connectionsUp() === 0);
  const waiting = publish();
  cleanUp.add(await startEngineHere({ redisUrl: redis.url, listener, port: first.port }));
  expect(await waiting).toMatchObject({ isOk: true, value: { isChanged: false } });
});

test("what is not known is asked again with the same request, but not for ever", async () => {
  let asked = 0;
  const unknown = err(refusal("OUTCOME_UNKNOWN", "cut"));
  const answered = await untilKnown(async () => (++asked < 3 ? unknown : ok("done")));
  expect([answered, asked]).toEqual([ok("done"), 3]);
  asked = 0;
  const alwaysUnknown = async () => {
    asked += 1;
    return unknown;
  };
  expect(await untilKnown(alwaysUnknown)).toEqual(unknown);
  expect(asked).toBe(limits.engineUnknownTriesMax);
  const final = err(refusal("USER_UNKNOWN", "nobody"));
  expect(await untilKnown(async () => final)).toEqual(final);
});

test.each([
  ["TOO_BUSY", "UNAVAILABLE"],
  ["OUTCOME_UNKNOWN", "UNAVAILABLE"],
  ["AUTHORIZATION_REJECTED", "UNAVAILABLE"],
  ["REQUEST_CONFLICT", "CONFLICT"],
  ["UNKNOWN_BUCKET", "UNPROCESSABLE"],
] as const)("%s of the engine is %s at the doors", (code, expected) => {
  expect(refusalOfEngine(refusal(code, "why", 1_500)).code).toBe(expected);
});

test("the token is what its file holds, and a missing one says what to do", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "business");
  expect(readEngineToken(file)).toEqual(err(expect.stringContaining("set BSS_ENGINE_TOKEN")));
  writeFileSync(file, "\n");
  expect(readEngineToken(file)).toEqual(err(expect.stringContaining("is empty")));
  writeFileSync(file, `${businessToken}\n`);
  expect(readEngineToken(file)).toEqual(ok(businessToken));
});
