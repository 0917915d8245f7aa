// Nothing of a person or a secret reaches a log line, wherever in its fields it stands.

import { Writable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import { redactFields, withoutNumbers } from "./redacted-fields.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const lineOf = (fields: object, message = "m"): string => {
  const lines: string[] = [];
  const write = (line: unknown, _: unknown, done: () => void) => {
    lines.push(String(line));
    done();
  };
  createLog("info", new Writable({ write })).info(fields, message);
  return lines.join("");
};

test("what identifies a person or opens a door is cut out at any depth, by its name", () => {
  const party = { id: "7", givenName: "Ada", contactMedium: [{ phoneNumber: "1" }] };
  const fields = { a: { b: { c: { party } } }, Authorization: "Bearer x", list: [{ msisdn: 1 }] };
  expect(redactFields(fields)).toEqual({
    a: {
      b: { c: { party: { id: "7", givenName: "[redacted]", contactMedium: "[redacted]" } } },
    },
    Authorization: "[redacted]",
    list: [{ msisdn: "[redacted]" }],
  });
});

test.each([
  ["no profile of +4915112345678", "no profile of [redacted]"],
  ["tel:4915112345678", "tel:[redacted]"],
  ["imsi-262011234567890", "imsi-[redacted]"],
  ["of entry 1795322672452-0", "of entry 1795322672452-0"],
  ["262011234567890 is unknown", "[redacted] is unknown"],
  ["at 1795322672452 ms", "at 1795322672452 ms"],
  ["18005550199", "[redacted]"],
  ["0193a0b2-7c1d-7000-8000-123456789012", "0193a0b2-7c1d-7000-8000-123456789012"],
])("%s is written as %s", (text, expected) => {
  expect(withoutNumbers(text)).toBe(expected);
});

test("of an error of Postgres the words are written, without the value that it quotes", () => {
  const error = Object.assign(new Error('invalid input syntax for type uuid: "Ada "L""'), {
    ...{ code: "22P02", detail: "Key (phone)=(1) exists", where: "unnamed portal $1 = 'Ada'" },
  });
  for (const fields of [{ err: error }, { problem: error }, { errors: [error] }]) {
    const line = lineOf(fields);
    expect(line).toContain("invalid input syntax for type uuid");
    expect(line).not.toMatch(/Ada|Key \(phone\)/);
  }
});

test("octets are told by their number, times as they are", () => {
  const line = JSON.parse(lineOf({ octets: Buffer.from("Ada"), at: new Date(0), n: 5, no: null }));
  expect(line).toMatchObject({ octets: "[3 octets]", at: "1970-01-01T00:00:00.000Z", n: 5 });
});

test(`any fields make a line (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: false })), (fields) => {
      expect(JSON.stringify(redactFields({ ...fields, msisdn: "needle" }))).not.toContain("needle");
    }),
    { seed, numRuns: 300 },
  );
});
