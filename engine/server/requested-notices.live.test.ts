// Notices that the business side asks for: which sessions hear, what repeating does, and what is
// refused. Beside it what `acknowledgeNotice` makes of names that no notice has.

import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createCleanUp,
  otherNetworkClient,
  readMetric,
  startServing,
  until,
} from "../../scripts/testing/engine.ts";
import { type Heard, listenToNotices, toldOf } from "../../scripts/testing/network-element.ts";
import {
  accountOf,
  answered,
  cent,
  codeOf,
  openAccount,
  readHoldings,
  sessionMessage,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { limits } from "../limits.ts";
import type { Client } from "../protocol/client/client.ts";
import type { RequestOf } from "../protocol/operations.ts";

const cleanUp = createCleanUp();
let engine: Awaited<ReturnType<typeof startServing>>["engine"];
let network: Client;
let business: Client;
let heard: Heard[];
let heardByOther: Heard[];
let comply: Parameters<typeof listenToNotices>[1];

beforeAll(async () => {
  ({ engine, network, business } = await startServing(cleanUp));
  const other = cleanUp.add(otherNetworkClient([engine]));
  heard = listenToNotices(network, (one) => comply?.(one) ?? "SUCCESS");
  heardByOther = listenToNotices(other);
  await openAccount(business, accountOf("anna"), { main: 900 * cent });
  for (const session of ["a-one", "a-two"]) await open(network, session);
  await open(other, "a-three");
});
afterAll(cleanUp.run);

const open = async (client: Client, session: string) =>
  answered(await client.initiate(sessionMessage("anna", session, 0, usageOf(web, 0))));

const requestOf = (changes: Partial<RequestOf<"requestNotice">>): RequestOf<"requestNotice"> => ({
  requestId: "r",
  accountId: "anna",
  sessionId: null,
  kind: "reauthorize",
  reason: "care",
  ...changes,
});
const quiet = () =>
  until("all is acknowledged", async () => {
    return (await readMetric(engine, "tollgate_notices_waiting")) === 0;
  });
/** What was heard since it was asked last. */
const news = async (count: number) => {
  await until(`${count} notices`, () => heard.length + heardByOther.length >= count);
  await quiet();
  return [toldOf(heard.splice(0)), toldOf(heardByOther.splice(0))];
};

test("one session is told, or all of them, each by its own network element", async () => {
  const one = requestOf({ requestId: "one", sessionId: "a-two", kind: "abort", reason: "fraud" });
  expect(answered(await business.requestNotice(one))).toEqual({ notices: 1 });
  const abort = { kind: "abort", sessionId: "a-two", reason: "fraud" };
  expect(await news(1)).toEqual([[abort], []]);

  const all = requestOf({ requestId: "all" });
  expect(answered(await business.requestNotice(all))).toEqual({ notices: 3 });
  const anew = { kind: "reauthorize", ratingGroups: [], reason: "care" };
  expect(await news(3)).toEqual([
    ["a-one", "a-two"].map((sessionId) => ({ ...anew, sessionId })),
    [{ ...anew, sessionId: "a-three" }],
  ]);
});

test("asked twice with one key it is done once; with another body it is a conflict", async () => {
  const request = requestOf({ requestId: "twice", sessionId: "a-one" });
  expect(answered(await business.requestNotice(request))).toEqual({ notices: 1 });
  expect(await news(1)).toMatchObject([[{ sessionId: "a-one" }], []]);
  expect(answered(await business.requestNotice(request))).toEqual({ notices: 1 });
  const contradiction = { ...request, kind: "abort" } as const;
  expect(codeOf(await business.requestNotice(contradiction))).toBe("REQUEST_CONFLICT");
  // A top-up may have the same key: each kind of request has keys of its own.
  const topUp = { requestId: "twice", accountId: "anna", bucketId: "main", amount: cent };
  answered(await business.topUp(topUp));
  await quiet();
  expect(heard).toEqual([]);
});

test("they are heard at once, not when engines next ask", async () => {
  const started = performance.now();
  for (let times = 1; times <= 8; times++) {
    const request = requestOf({ requestId: `quick-${times}`, sessionId: "a-one" });
    answered(await business.requestNotice(request));
    await until("it is heard", () => heard.length === times);
  }
  // Asking alone would take most of a second each.
  expect(performance.now() - started).toBeLessThan(4 * limits.sweepIntervalMs);
  await news(8);
});

test("what it does not find is refused, and the key stays free", async () => {
  const unknown = requestOf({ requestId: "free", sessionId: "a-four" });
  expect(codeOf(await business.requestNotice(unknown))).toBe("UNKNOWN_SESSION_ID");
  const nobody = requestOf({ requestId: "free", accountId: "nobody" });
  expect(codeOf(await business.requestNotice(nobody))).toBe("USER_UNKNOWN");
  const found = requestOf({ requestId: "free", sessionId: "a-one" });
  expect(answered(await business.requestNotice(found))).toEqual({ notices: 1 });
  await news(1);
  expect(codeOf(await network.requestNotice(found))).toBe("AUTHORIZATION_REJECTED");
});

test("an account without open sessions is no error", async () => {
  await openAccount(business, accountOf("idle"), { main: cent });
  const idle = requestOf({ accountId: "idle" });
  expect(answered(await business.requestNotice(idle))).toEqual({ notices: 0 });
});

test("nothing takes the place of an abort that waits", async () => {
  comply = () => (heard.length === 1 ? "TOO_BUSY" : "SUCCESS");
  const ask = async (requestId: string, kind: "abort" | "reauthorize") => {
    const request = requestOf({ requestId, sessionId: "a-one", kind });
    expect(answered(await business.requestNotice(request))).toEqual({ notices: 1 });
  };
  await ask("end", "abort");
  await until("it is put off", () => heard.length === 1);
  await ask("anew", "reauthorize");
  await quiet();
  const [first, second] = heard.splice(0);
  expect(first).toMatchObject({ kind: "abort", sessionId: "a-one" });
  expect(second).toEqual(first);
  comply = undefined;
});

test("an abort takes the place of what waits", async () => {
  comply = () => (heard.length === 1 ? "TOO_BUSY" : "SUCCESS");
  const request = requestOf({ requestId: "first", sessionId: "a-one" });
  answered(await business.requestNotice(request));
  await until("it is put off", () => heard.length === 1);
  answered(await business.requestNotice({ ...request, requestId: "then", kind: "abort" }));
  await quiet();
  expect(heard.splice(0).map(({ kind }) => kind)).toEqual(["reauthorize", "abort"]);
  comply = undefined;
});

test("names that no notice has are not waited for", async () => {
  const names = ["0-999999", "7-1", "9999-1", "99999-1", "x", "0-", "-1", "0-1-1", "0-1e3", "~"];
  for (const noticeId of names) {
    const acknowledgement = { noticeId, resultCode: 2001 };
    expect(answered(await network.acknowledgeNotice(acknowledgement))).toEqual({
      isWaiting: false,
    });
  }
  expect((await readHoldings(network, "anna")).openSessions).toBe(3);
});
