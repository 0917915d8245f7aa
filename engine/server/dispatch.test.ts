// Who is let in when there is little room, and when the process ends. The rooms are stood in for by
// numbers: what fills them is the live tests' matter.

import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { type ReadRequest, readRequest, requestMessage } from "../protocol/messages.ts";
import type { OperationName, RequestOf } from "../protocol/operations.ts";
import type { AccountEntry } from "../store/profiles.ts";
import type { Task } from "../store/task.ts";
import type { Asker, Request } from "./asker.ts";
import { createDispatch, type DispatchOptions } from "./dispatch.ts";

const session: RequestOf<"update"> = {
  sessionId: "s",
  sequence: 1,
  subscriberIdentifier: "known",
  eventTimestamp: 0,
  multipleUnitUsage: [],
  serviceInformation: null,
};
const requests: { readonly [N in OperationName]?: RequestOf<N> } = {
  initiate: session,
  update: session,
  terminate: session,
  event: {
    requestId: "e",
    subscriberIdentifier: "known",
    eventTimestamp: 0,
    usedUnits: [],
    serviceInformation: null,
  },
  queryBalance: { subscriberIdentifier: "known" },
  topUp: { requestId: "t", accountId: "a", bucketId: "main", amount: 1 },
};

const bucket = {
  bucketId: "main",
  unit: "money",
  priority: 1,
  validFrom: 0,
  validUntil: 1,
  ratingGroups: [],
} as const;

/**
 * One account that is in memory, one shard with `queued` operations; what comes of each request.
 */
const open = (queued: number) => {
  const entry = { shard: 0, profile: { buckets: [bucket] }, tariffVersion: 0 };
  const submitted: Task[] = [];
  const refused: string[] = [];
  const options = {
    profiles: { find: () => entry as unknown as AccountEntry, forget: () => undefined },
    tariffs: { version: () => 5 },
    shards: [{ submit: (task: Task) => submitted.push(task), queueLength: () => queued }],
    now: () => 0,
    onFault: () => undefined,
  };
  const dispatch = createDispatch(options as unknown as DispatchOptions);
  const asker: Asker = {
    peer: 0,
    succeed: () => undefined,
    refuse: (_, { code }) => refused.push(code),
    answer: () => undefined,
    refuseRequest: (_, { code, retryAfterMs }) => refused.push(`${code} ${retryAfterMs}`),
  };
  const ask = (operation: OperationName): string => {
    const request = requests[operation] as RequestOf<OperationName>;
    const read: ReadRequest = readRequest(requestMessage(operation, 1, request));
    dispatch.handle(read as Request, asker);
    return refused.pop() ?? submitted.pop()?.operation ?? "nothing";
  };
  return { dispatch, ask };
};

const all = Object.keys(requests) as OperationName[];
const outcomes = (ask: (operation: OperationName) => string) =>
  Object.fromEntries(all.map((operation) => [operation, ask(operation)]));
const busy = `TOO_BUSY ${limits.retryAfterMs}`;
const ending = `SHUTTING_DOWN ${limits.retryAfterMs}`;
const carriedOut = Object.fromEntries(all.map((operation) => [operation, operation]));

describe("when the queue", () => {
  const queue = limits.queueOperationsMax;

  test.each([
    ["is empty, everyone is let in", 0, {}],
    ["is nearly half full, everyone is", queue * 0.5 - 1, {}],
    ["is half full, questions are not", queue * 0.5, { queryBalance: busy }],
    [
      "is three quarters full, nothing is opened",
      queue * 0.75,
      { queryBalance: busy, initiate: busy, event: busy },
    ],
    [
      "is all but full, what goes on still is",
      queue - 1,
      { queryBalance: busy, initiate: busy, event: busy },
    ],
    ["is full, nobody is", queue, Object.fromEntries(all.map((operation) => [operation, busy]))],
  ])("%s", (_, queued, refused) => {
    expect(outcomes(open(queued).ask)).toEqual({ ...carriedOut, ...refused });
  });
});

describe("a process that", () => {
  test("drains opens nothing, and goes on with the rest", () => {
    const { dispatch, ask } = open(0);
    expect(dispatch.isDraining()).toBe(false);
    dispatch.drain();
    expect(dispatch.isDraining()).toBe(true);
    expect(outcomes(ask)).toEqual({ ...carriedOut, initiate: ending, event: ending });
  });

  test("closes takes on nothing", () => {
    const { dispatch, ask } = open(0);
    dispatch.drain();
    dispatch.close();
    expect(dispatch.isDraining()).toBe(true);
    expect(outcomes(ask)).toEqual(Object.fromEntries(all.map((name) => [name, ending])));
  });
});
