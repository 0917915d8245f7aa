// A connection in the hands of the test: what it is given frame by frame, and what leaves it. Real
// sockets carry the same in frames.live.test.ts.

import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { answerMessage, requestMessage, type WireMessage } from "../protocol/messages.ts";
import type { Role } from "../protocol/operations.ts";
import { refusal, resultCodes } from "../protocol/result-codes.ts";
import { decodeFrame, encodeFrame } from "../protocol/wire.ts";
import type { Asker, Request } from "./asker.ts";
import type { Connection } from "./connection.ts";
import type { Dispatch } from "./dispatch.ts";
import { createFrames, type Peering } from "./frames.ts";

const open = (role: Role = "network", handle: (request: Request, asker: Asker) => void) => {
  const sent: (readonly WireMessage[])[] = [];
  const closed: (readonly [number, string])[] = [];
  const connection: Connection<Peering> = {
    peer: { name: "peer", role },
    attachment: undefined,
    send: (frame) => {
      const messages = decodeFrame(Uint8Array.from(frame));
      if (messages.isOk) sent.push(messages.value as readonly WireMessage[]);
      return closed.length === 0;
    },
    close: (code, reason) => closed.push([code, reason]),
  };
  const frames = createFrames({ handle } as Dispatch, {
    join: () => undefined,
    leave: () => undefined,
  });
  frames.onOpen(connection);
  const receive = async (...messages: readonly unknown[]) => {
    frames.onFrame(connection, encodeFrame(messages));
    await Promise.resolve();
  };
  return { frames, connection, receive, sent, closed };
};

const publish = (correlation: number) =>
  requestMessage("publishTariff", correlation, { document: "{}" });
const query = (correlation: number) =>
  requestMessage("queryBalance", correlation, { subscriberIdentifier: "msisdn-1" });
const answer = { tariffVersion: 1, isChanged: true };
const answerNow = (request: Request, asker: Asker) =>
  asker.answer<"publishTariff">(request, answer);

test("answers of one tick leave in one frame, those of the next in another", async () => {
  const waiting: (() => void)[] = [];
  const { receive, sent } = open("business", (request, asker) => {
    waiting.push(() => answerNow(request, asker));
  });
  await receive(publish(1), publish(2), publish(3));
  expect(sent).toEqual([]);
  waiting[2]!();
  waiting[0]!();
  await Promise.resolve();
  waiting[1]!();
  await Promise.resolve();
  expect(sent).toEqual([
    [answerMessage("publishTariff", 3, answer), answerMessage("publishTariff", 1, answer)],
    [answerMessage("publishTariff", 2, answer)],
  ]);
});

test("what another role may, what is unknown or wrong never reaches dispatch", async () => {
  const seen: Request[] = [];
  const { receive, sent } = open("network", (request) => seen.push(request));
  await receive(publish(1), [99, 2], [5, 3, 7], query(4));
  expect(seen.map(({ correlation }) => correlation)).toEqual([4]);
  const codes = sent.flat().map((message) => [message[1], message[2]]);
  expect(codes).toEqual([
    [1, resultCodes.AUTHORIZATION_REJECTED.number],
    [2, resultCodes.UNKNOWN_OPERATION.number],
    [3, resultCodes.INVALID_VALUE.number],
  ]);
});

test("as many may be under way as are allowed; each answer makes room for one", async () => {
  const waiting: (() => void)[] = [];
  const { receive, sent } = open("business", (request, asker) => {
    waiting.push(() => answerNow(request, asker));
  });
  const most = limits.operationsInFlightPerConnectionMax;
  for (let at = 0; at < most; at += limits.frameMessagesMax) {
    await receive(
      ...Array.from({ length: limits.frameMessagesMax }, (_, i) => publish(at + i + 1)),
    );
  }
  expect(sent).toEqual([]);
  await receive(publish(most + 1));
  expect(sent.flat().map((message) => message[2])).toEqual([resultCodes.TOO_BUSY.number]);
  waiting[0]!();
  await receive(publish(most + 2));
  expect(waiting).toHaveLength(most + 1);
});

test("garbage is told each time, up to the last one, which closes", async () => {
  const { connection, frames, receive, sent, closed } = open("network", () => undefined);
  const most = limits.garbageFramesPerConnectionMax;
  for (let i = 0; i < most - 2; i++) frames.onFrame(connection, Uint8Array.from([7]));
  await receive("no message");
  expect(closed).toEqual([]);
  expect(sent.flat().map((message) => message[2])).toEqual([
    ...new Array(most - 2).fill(resultCodes.MALFORMED_FRAME.number),
    resultCodes.MALFORMED_MESSAGE.number,
  ]);
  await receive("no message", query(1), "no message");
  expect(closed).toEqual([[closeCodes.GARBAGE.number, expect.stringContaining(`${most} frames`)]]);
  expect(sent.flat()).toHaveLength(most);
});

test("what follows the garbage that closed the connection is not handed on", async () => {
  const seen: Request[] = [];
  const { receive } = open("network", (request) => seen.push(request));
  const garbage = new Array(limits.garbageFramesPerConnectionMax).fill("no message");
  await receive(query(1), ...garbage, query(2));
  expect(seen.map(({ correlation }) => correlation)).toEqual([1]);
});

test("a connection is known from its opening to its close, and can be told something", async () => {
  const { connection, frames, sent } = open("network", () => undefined);
  expect([...frames.connections]).toEqual([connection]);
  connection.attachment?.notify("SHUTTING_DOWN", "soon");
  await Promise.resolve();
  expect(sent).toEqual([[[128, 0, resultCodes.SHUTTING_DOWN.number, "soon"]]]);
  frames.onClose(connection);
  expect(frames.connections.size).toBe(0);
});

test("a refusal carries its code, its detail and when to come again", async () => {
  const { receive, sent } = open("network", (request, asker) => {
    asker.refuseRequest(request, refusal("TOO_BUSY", "x".repeat(2_000), 50));
  });
  await receive(query(9));
  const detail = "x".repeat(limits.detailLengthMax);
  expect(sent).toEqual([[[64, 9, resultCodes.TOO_BUSY.number, detail, 50]]]);
});
