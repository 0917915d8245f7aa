// What was said besides numbers comes back as it was said.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cursor } from "../cdr/journal-bytes.ts";
import { readSaid, readTold } from "../cdr/said.ts";
import { readServiceInformation } from "../cdr/service-information.ts";
import { writeSaid } from "./said-bytes.ts";
import type { Task } from "./task.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const now = Date.parse("2027-01-01T00:00:00Z");
const day = 86_400_000;

const text = fc.option(
  fc.string({ minLength: 1, maxLength: 128, unit: fc.constantFrom("0", "+", "~", "!") }),
);
const information = fc.option(
  fc.record({
    calledPartyAddress: text,
    servingNetwork: text,
    callingPartyAddress: text,
    ratType: text,
    singleNssai: text,
    dataNetworkName: text,
    serviceIdentifier: text,
    qosClass: text,
  }),
);
const moments = fc.array(fc.integer({ min: now - day, max: now + 10_000 }), { maxLength: 3 });
const said = fc.record({
  eventTimestamp: fc.integer({ min: now - day, max: now + 10_000 }),
  place: fc.integer({ min: -1, max: 63 }),
  serviceInformation: information,
  usedBefore: fc.array(moments, { maxLength: 4 }),
});

type Spoken = typeof said extends fc.Arbitrary<infer T> ? T : never;

const identifiers = Array.from({ length: 64 }, (_, place) => `msisdn-${place}`);
const taskOf = ({ eventTimestamp, place, serviceInformation, usedBefore }: Spoken) =>
  ({
    eventTimestamp,
    identifier: identifiers[place] ?? "account-anna",
    account: { identifier: "", profile: { subscriberIdentifiers: identifiers } },
    serviceInformation,
    refundedRequestId: "",
    usage: usedBefore.map((list) => ({
      usedBefore: list.map((until) => ({ usedUnit: 1, until })),
    })),
  }) as unknown as Task;

test(`is read as it was written, however much there is (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(said, { maxLength: 80 }), (list) => {
      const bytes = writeSaid(list.map(taskOf), now);
      const cursor: Cursor = { bytes, at: 0 };
      for (const { eventTimestamp, place, serviceInformation, usedBefore } of list) {
        const read = readSaid(cursor, now);
        expect({
          ...read,
          serviceInformation: readServiceInformation(read.serviceInformation),
        }).toEqual({
          eventTimestamp,
          identifierPlace: place === -1 ? undefined : place,
          serviceInformation,
          usedBeforeUntil: usedBefore.flat(),
        });
      }
      expect(cursor.at).toBe(bytes.length);
    }),
    { seed, numRuns: 500 },
  );
});

test("tells which event a refund is of", () => {
  const plain = { eventTimestamp: now, place: 0, serviceInformation: null, usedBefore: [] };
  const bytes = writeSaid([{ ...taskOf(plain), refundedRequestId: "event-1" } as Task], now);
  const { serviceInformation } = readSaid({ bytes, at: 0 }, now);
  expect(readTold(serviceInformation)).toEqual(["event-1"]);
});

test("has seven octets where nothing is said but when and who", () => {
  const plain = { eventTimestamp: now, place: 0, serviceInformation: null, usedBefore: [] };
  expect(writeSaid([taskOf(plain)], now)).toHaveLength(7);
});
