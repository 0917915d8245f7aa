// What becomes of a request before anything is looked up: a task with all that Lua will ask for, or
// a refusal that names the field.

import { describe, expect, test } from "vitest";
import { verbs } from "../cdr/journal-numbers.ts";
import { limits } from "../limits.ts";
import { type ReadRequest, readRequest, requestMessage } from "../protocol/messages.ts";
import type { OperationName, RequestOf } from "../protocol/operations.ts";
import type { AnswerTo } from "../store/task.ts";
import type { Administration, Request } from "./asker.ts";
import { taskOf } from "./task-of.ts";

const now = Date.parse("2026-11-20T12:00:00Z");
const nobody: AnswerTo = { peer: 0, succeed: () => undefined, refuse: () => undefined };

const read = <N extends OperationName>(operation: N, request: RequestOf<N>, correlation = 1) => {
  const made: ReadRequest = readRequest(requestMessage(operation, correlation, request));
  if (made.operation === undefined) throw new Error(made.refusal.detail);
  return made as Exclude<Request, Administration>;
};
const make = <N extends OperationName>(operation: N, request: RequestOf<N>, correlation?: number) =>
  taskOf(read(operation, request, correlation), nobody, now);

const session = (changes: Partial<RequestOf<"update">> = {}): RequestOf<"update"> => ({
  sessionId: "s",
  sequence: 3,
  subscriberIdentifier: "msisdn-1",
  eventTimestamp: now,
  multipleUnitUsage: [{ ratingGroup: 10, requestedUnit: 0, usedUnit: 7 }],
  serviceInformation: null,
  ...changes,
});
const event = (changes: Partial<RequestOf<"event">> = {}): RequestOf<"event"> => ({
  requestId: "e",
  subscriberIdentifier: "msisdn-1",
  eventTimestamp: now,
  usedUnits: [{ ratingGroup: 200, usedUnit: 2 }],
  serviceInformation: null,
  ...changes,
});
const topUp = { requestId: "t", accountId: "a-1", bucketId: "main", amount: 5 };
const fingerprintOf = (task: ReturnType<typeof make>) => {
  if ("code" in task) throw new Error(task.detail);
  return task.fingerprint;
};

describe("a task", () => {
  test("of a session has its key, its usage, and what planning needs", () => {
    expect(make("update", session())).toMatchObject({
      operation: "update",
      correlation: 1,
      verb: verbs.update,
      id: "s",
      sequence: 3,
      identifier: "msisdn-1",
      eventTimestamp: now,
      usage: [{ ratingGroup: 10, requestedUnit: 0, usedUnit: 7 }],
      movement: undefined,
      isOutcomeUnknown: false,
      staleRetries: 0,
    });
  });

  test("of an event wants no quota", () => {
    expect(make("event", event())).toMatchObject({
      verb: verbs.event,
      id: "e",
      usage: [{ ratingGroup: 200, requestedUnit: null, usedUnit: 2 }],
    });
  });

  test("of a top-up goes by the account, with the engine's own time", () => {
    expect(make("topUp", topUp)).toMatchObject({
      verb: verbs.topUp,
      id: "t",
      identifier: "account-a-1",
      eventTimestamp: now,
      movement: { kind: "topUp", bucketId: "main", amount: 5, extendsValiditySeconds: 0 },
      usage: [],
    });
  });

  test("of a question has no key", () => {
    expect(make("queryBalance", { subscriberIdentifier: "imsi-1" })).toMatchObject({
      verb: verbs.queryBalance,
      id: "",
      identifier: "imsi-1",
    });
  });
});

describe("the fingerprint", () => {
  const base = fingerprintOf(make("update", session()));

  test("is that of the body: neither the correlation nor the key changes it", () => {
    expect(fingerprintOf(make("update", session(), 99))).toBe(base);
    expect(fingerprintOf(make("update", session({ sessionId: "t", sequence: 4 })))).toBe(base);
    const first = fingerprintOf(make("topUp", topUp));
    expect(fingerprintOf(make("topUp", { ...topUp, requestId: "u" }))).toBe(first);
  });

  test("is another one for any other body, and for another operation", () => {
    const others = [
      fingerprintOf(make("terminate", session())),
      fingerprintOf(make("update", session({ eventTimestamp: now - 1 }))),
      fingerprintOf(make("update", session({ subscriberIdentifier: "msisdn-2" }))),
      fingerprintOf(make("update", session({ multipleUnitUsage: [] }))),
      fingerprintOf(make("topUp", topUp)),
      fingerprintOf(make("topUp", { ...topUp, accountId: "a-2" })),
      fingerprintOf(make("topUp", { ...topUp, amount: 6 })),
    ];
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });
});

describe("refused is", () => {
  test.each([
    ["as far ahead as a clock may be", now + limits.eventAheadMsMax, undefined],
    ["a millisecond more", now + limits.eventAheadMsMax + 1, "INVALID_VALUE"],
    ["as late as a message may be", now - limits.eventAgeMsMax, undefined],
    ["a millisecond later", now - limits.eventAgeMsMax - 1, "INVALID_VALUE"],
  ])("a session message of the moment: %s", (_, eventTimestamp, code) => {
    const task = make("update", session({ eventTimestamp }));
    expect("code" in task ? task.code : undefined).toBe(code);
  });

  test.each([
    ["as far ahead as a clock may be", now + limits.eventAheadMsMax, undefined],
    ["a millisecond more", now + limits.eventAheadMsMax + 1, "INVALID_VALUE"],
    ["as old as its answer is sure to be kept", now - limits.eventRepeatMsMax, undefined],
    ["a millisecond older", now - limits.eventRepeatMsMax - 1, "EVENT_TOO_OLD"],
  ])("an event of the moment: %s", (_, eventTimestamp, code) => {
    const task = make("event", event({ eventTimestamp }));
    expect("code" in task ? task.code : undefined).toBe(code);
  });

  test("a rating group that is there twice, by its number", () => {
    const usage = { ratingGroup: 10, requestedUnit: 0, usedUnit: null };
    const multipleUnitUsage = [usage, { ...usage, ratingGroup: 11 }, usage];
    expect(make("terminate", session({ multipleUnitUsage }))).toMatchObject({
      code: "INVALID_VALUE",
      detail: "rating group 10 is there twice",
    });
    const usedUnits = [
      { ratingGroup: 7, usedUnit: 1 },
      { ratingGroup: 7, usedUnit: 1 },
    ];
    expect(make("event", event({ usedUnits }))).toMatchObject({ code: "INVALID_VALUE" });
  });

  test("usage before the session is open, not even of nothing", () => {
    const multipleUnitUsage = [{ ratingGroup: 10, requestedUnit: 0, usedUnit: 0 }];
    expect(make("initiate", session({ multipleUnitUsage }))).toMatchObject({
      code: "INVALID_VALUE",
      detail: expect.stringContaining("multipleUnitUsage[0].usedUnit"),
    });
  });
});
