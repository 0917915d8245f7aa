// Bytes as Lua packs them, as the message that the peer gets.

import { expect, test } from "vitest";
import { publishedTariff } from "../../scripts/testing/published-tariff.ts";
import { type Profile, plainBucket, plainCounter } from "../balance/profile.ts";
import { readServerMessage } from "../protocol/messages.ts";
import type { OperationName } from "../protocol/operations.ts";
import type { Task } from "../store/task.ts";
import { answerOf } from "./answer-of.ts";

const taskOf = (operation: OperationName, changes: Partial<Task> = {}) =>
  ({ operation, correlation: 42, usage: [], ...changes }) as Task;

/** As if no publication were known. */
const noTariff = () => undefined;

type Group = {
  ratingGroup: number;
  code: number;
  granted: number;
  validity: number;
  final: number;
};

const publication = 3;

/** lua/lib/session.lua: the head, then each group with the holds it has. */
const packState = (
  cost: number,
  groups: readonly (Group & { holds: number })[],
  changeSeconds = 0,
): Buffer => {
  const head = Buffer.alloc(35);
  head.writeDoubleLE(cost, 26);
  head.writeUInt8(groups.length, 34);
  return Buffer.concat([
    head,
    ...groups.map((group) => {
      const bytes = Buffer.alloc(36 + 9 * group.holds);
      bytes.writeUInt8(group.holds, 0);
      bytes.writeUInt32LE(group.ratingGroup, 1);
      bytes.writeUInt16LE(group.code, 5);
      bytes.writeDoubleLE(group.granted, 20);
      bytes.writeUInt32LE(group.validity, 7);
      bytes.writeUInt8(group.final, 11);
      bytes.writeUInt32LE(publication, 12);
      bytes.writeUInt32LE(changeSeconds, 16);
      return bytes;
    }),
  ]);
};

const groups = [
  { ratingGroup: 10, code: 2001, granted: 2 ** 52 + 1, validity: 600, final: 0, holds: 2 },
  { ratingGroup: 20, code: 4012, granted: 0, validity: 0, final: 1, holds: 0 },
  { ratingGroup: 0xffff_ffff, code: 2001, granted: 1, validity: 60, final: 1, holds: 1 },
];
const doubles = (...values: readonly number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return bytes;
    }),
  );

test.each(["initiate", "update", "terminate"] as const)(
  "%s: the groups that the message named, in its order, whatever else the session has",
  (operation) => {
    const usage = [0xffff_ffff, 10].map((ratingGroup) => {
      return { ratingGroup, requestedUnit: 0, usedUnit: null };
    });
    const wire = answerOf(taskOf(operation, { usage }), packState(123_456, groups), noTariff);
    expect(readServerMessage(wire)).toMatchObject({
      kind: "answer",
      operation,
      correlation: 42,
      answer: {
        cost: 123_456,
        multipleUnitInformation: [
          {
            ratingGroup: 0xffff_ffff,
            resultCode: 2001,
            grantedUnit: 1,
            validityTime: 60,
            finalUnitIndication: true,
          },
          {
            ratingGroup: 10,
            resultCode: 2001,
            grantedUnit: 2 ** 52 + 1,
            validityTime: 600,
            finalUnitIndication: false,
          },
        ],
      },
    });
  },
);

test("an event costs what it cost, a top-up shows the bucket after it", () => {
  const event = answerOf(taskOf("event"), doubles(90_000), noTariff);
  expect(readServerMessage(event)).toMatchObject({ answer: { cost: 90_000 } });
  const topUp = answerOf(taskOf("topUp"), doubles(Number.MAX_SAFE_INTEGER, 0, 7), noTariff);
  expect(readServerMessage(topUp)).toMatchObject({
    answer: { remaining: Number.MAX_SAFE_INTEGER, reserved: 0, validUntil: 7, bonuses: [] },
  });
});

test("a balance shows every bucket and counter that there is, and no vacant slot", () => {
  const bucket = { priority: 1, validFrom: 1, validUntil: 2, ratingGroups: [], ...plainBucket };
  const profile: Profile = {
    accountId: "a-1",
    version: 7,
    currency: "EUR",
    subscriberIdentifiers: ["msisdn-1"],
    products: [],
    buckets: [
      { bucketId: "data", unit: "octets", ...bucket },
      null,
      { bucketId: "main", unit: "money", ...bucket },
    ],
    counters: [null, { counterId: "spent", unit: "money", ratingGroups: [], ...plainCounter }],
    timeZone: "UTC",
    rules: [],
  };
  const sessions = Buffer.from([3, 0]);
  const bytes = Buffer.concat([sessions, doubles(1, 2, 0, 0, 3, 4, 0, 0, 5, 0)]);
  const wire = answerOf(taskOf("queryBalance", { profile }), bytes, noTariff);
  expect(readServerMessage(wire)).toMatchObject({
    answer: {
      accountId: "a-1",
      currency: "EUR",
      profileVersion: 7,
      buckets: [
        { bucketId: "data", unit: "octets", remaining: 1, reserved: 2 },
        { bucketId: "main", unit: "money", remaining: 3, reserved: 4 },
      ],
      counters: [{ counterId: "spent", unit: "money", value: 5 }],
      openSessions: 3,
    },
  });
});

const controlled = (rest: object) => {
  const { tariff } = publishedTariff(publication, 0, {
    ratingGroups: [
      {
        ratingGroup: 10,
        unit: "octets",
        blockUnits: 1,
        blockPrice: "1",
        quotaUnits: 1,
        validityTimeSeconds: 1,
        ...rest,
      },
    ],
  });
  return (published: number, ratingGroup: number) =>
    published === publication ? tariff.ratingGroups.get(ratingGroup) : undefined;
};
const grantOf = (rest: object, final: number, changeSeconds = 0) => {
  const group = { ratingGroup: 10, code: 2001, granted: 1_005, validity: 600, final, holds: 1 };
  const task = taskOf("update", {
    usage: [{ ratingGroup: 10, requestedUnit: 0, usedUnit: null }],
  });
  const read = readServerMessage(
    answerOf(task, packState(0, [group], changeSeconds), controlled(rest)),
  );
  return read.kind === "answer" && read.operation === "update"
    ? read.answer.multipleUnitInformation[0]
    : read;
};

test("tells when to ask again, when to give back and when the price changes", () => {
  expect(grantOf({ quotaThresholdPercent: 20, quotaHoldingTimeSeconds: 300 }, 0, 77)).toMatchObject(
    { quotaThreshold: 201, quotaHoldingTime: 300, tariffTimeChange: 77_000, finalUnit: null },
  );
  expect(grantOf({}, 0)).toMatchObject({
    quotaThreshold: 0,
    quotaHoldingTime: 0,
    tariffTimeChange: 0,
  });
});

test.each([
  [undefined, { finalUnitAction: "terminate", redirectServerAddress: null, filterIds: [] }],
  [
    { action: "redirect", address: "https://top-up.example/" },
    {
      finalUnitAction: "redirect",
      redirectServerAddress: "https://top-up.example/",
      filterIds: [],
    },
  ],
  [
    { action: "restrict", filterIds: ["portal", "dns"] },
    { finalUnitAction: "restrict", redirectServerAddress: null, filterIds: ["portal", "dns"] },
  ],
])("with the last units it says what to do then: %j", (finalUnit, told) => {
  expect(grantOf({ finalUnit, quotaThresholdPercent: 20 }, 1)).toMatchObject({
    finalUnitIndication: true,
    quotaThreshold: 0,
    finalUnit: told,
  });
});

test("what is no task of a shard has no such answer", () => {
  expect(() => answerOf(taskOf("putAccount"), Buffer.alloc(0), noTariff)).toThrow(
    "no task of a shard",
  );
});
