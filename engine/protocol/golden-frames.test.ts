// The frozen frames of golden/, read and written both ways.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  answerMessage,
  noticeMessage,
  pushMessage,
  readRequest,
  readServerMessage,
  refusalMessage,
  requestMessage,
} from "./messages.ts";
import { notices, operationNames } from "./operations.ts";
import { resultCodeName } from "./result-codes.ts";
import { decodeFrame, encodeFrame } from "./wire.ts";

const folder = new URL("./golden/", import.meta.url);
const parse = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const index: Record<string, string> = parse("index.json");
const files = readdirSync(folder).filter((file) => file.endsWith(".json") && file !== "index.json");
const frames = files.map((file) => ({ file, ...parse(file) }));
const accepted = frames.filter((frame) => frame.messages !== undefined);
const refused = frames.filter((frame) => frame.refusal !== undefined);
const octets = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

test("no golden frame was ever changed or removed", () => {
  const hashes = Object.fromEntries(
    files.map((file) => [
      file,
      createHash("sha256")
        .update(JSON.stringify(parse(file)))
        .digest("hex"),
    ]),
  );
  expect(hashes, "a new file needs its line in index.json").toEqual(index);
});

test.each(accepted)("$file decodes: $meaning", ({ hex, messages }) => {
  expect(decodeFrame(octets(hex))).toEqual({ isOk: true, value: messages });
});

test.each(accepted.filter((frame) => frame.isOurEncoding))("$file encodes", ({ hex, messages }) => {
  expect(Buffer.from(encodeFrame(messages)).toString("hex")).toBe(hex);
});

test.each(accepted.filter((frame) => frame.from === "client"))(
  "$file is read by a server and written by a client",
  ({ messages, read }) => {
    for (const [i, message] of messages.entries()) {
      const { operation, correlation, request } = readRequest(message);
      expect({ operation, correlation, request }).toMatchObject(read[i]);
      const written = requestMessage(operation!, correlation, request as never);
      expect(readRequest(written).request).toEqual(request);
      expect(cutLike(written, message)).toEqual(message);
    }
  },
);

test.each(accepted.filter((frame) => frame.from === "server"))(
  "$file is read by a client and written by a server",
  ({ messages, read }) => {
    for (const [i, message] of messages.entries()) {
      const seen = readServerMessage(message);
      expect(seen).toMatchObject(read[i]);
      expect(cutLike(writeServerMessage(seen), message)).toEqual(message);
    }
  },
);

/** A file may be older than optional fields at the end of arrays; what is there is the same. */
function cutLike(written: unknown, golden: unknown): unknown {
  if (!Array.isArray(written) || !Array.isArray(golden)) return written;
  const known = golden.map((element, i) => cutLike(written[i], element));
  return written.slice(known.length).every(isAbsent) ? known : written;
}

const isAbsent = (wire: unknown): boolean =>
  wire === null || wire === 0 || wire === false || (Array.isArray(wire) && wire.length === 0);

function writeServerMessage(read: ReturnType<typeof readServerMessage>): readonly unknown[] {
  switch (read.kind) {
    case "answer":
      return answerMessage(read.operation, read.correlation, read.answer as never);
    case "refusal":
      return refusalMessage(read.correlation, read.refusal);
    case "notice":
      return noticeMessage(resultCodeName(read.notice.resultCode)!, read.notice.detail);
    case "reauthorize":
      return pushMessage(read.kind, read.notice);
    case "abort":
      return pushMessage(read.kind, read.notice);
    case "unreadable":
      return [];
  }
}

test.each(refused)("$file is refused: $refusal", ({ hex, refusal, correlation }) => {
  const frame = decodeFrame(octets(hex));
  if (!frame.isOk) {
    expect(frame.error.code).toBe(refusal);
    return;
  }
  const read = readRequest(frame.value[0]);
  expect([read.refusal?.code, read.correlation]).toEqual([refusal, correlation]);
});

describe("there is a golden frame for", () => {
  const read = accepted.flatMap((frame) => frame.read);
  const isThere = (wanted: object) => expect(read).toContainEqual(expect.objectContaining(wanted));

  test.each(operationNames)("the request and the answer of %s", (operation) => {
    isThere({ operation, request: expect.anything() });
    isThere({ operation, kind: "answer" });
  });

  test.each(Object.keys(notices))("%s", (kind) => isThere({ kind }));

  test("a refusal", () => isThere({ kind: "refusal" }));
});
