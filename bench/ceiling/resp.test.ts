// Replies come out whole however the socket cuts them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createReplyReader } from "./resp.ts";

test("hands on every reply once, in order, wherever the stream is cut", () => {
  const replies = fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(replies, fc.integer({ min: 1, max: 40 }), (given, step) => {
      const received: Buffer[] = [];
      const reader = createReplyReader((reply) => received.push(Buffer.from(reply)));
      const stream = Buffer.concat(
        given.map((reply) =>
          Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, Buffer.from("\r\n")]),
        ),
      );
      for (let at = 0; at < stream.length; at += step) {
        reader.receive(Buffer.from(stream.subarray(at, at + step)));
      }
      expect(received).toEqual(given.map((reply) => Buffer.from(reply)));
    }),
  );
});

test("an error of Redis is thrown in its own words", () => {
  const reader = createReplyReader(() => undefined);
  expect(() => reader.receive(Buffer.from("-ERR Function not found\r\n"))).toThrow(
    "Redis answered -ERR Function not found",
  );
});
