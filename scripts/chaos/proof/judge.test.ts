// The judge: a world that kept its promises has nothing to hear, and each broken one is told.

import { expect, test } from "vitest";
import { createBooks, keyOf, type Operation } from "./books.ts";
import { judge, type Seen } from "./judge.ts";

const now = 1_800_000_000_000;
const topUp: Operation = { verb: "topUp", accountId: "anna", operationId: "t", sequence: 0 };
const event: Operation = { verb: "event", accountId: "anna", operationId: "e", sequence: 0 };
const gift: Operation = { verb: "transferOut", accountId: "anna", operationId: "g", sequence: 0 };

const booksOf = () => {
  const books = createBooks();
  for (const accountId of ["anna", "bruno"]) books.open(accountId);
  books.acknowledge(topUp, [{ accountId: "anna", micros: 100 }], now);
  books.acknowledge(event, [{ accountId: "anna", micros: -9 }], now);
  const moved = [
    { accountId: "anna", micros: -20 },
    { accountId: "bruno", micros: 20 },
  ];
  books.acknowledge(gift, moved, now);
  return books;
};

const seen: Seen = {
  recorded: new Map([
    [keyOf(topUp), 1],
    [keyOf(event), 1],
    [keyOf(gift), 2],
  ]),
  holdings: new Map([
    ["anna", { remaining: 71, reserved: 0, openSessions: 0 }],
    ["bruno", { remaining: 20, reserved: 0, openSessions: 0 }],
  ]),
  drift: [],
  now,
};

const told = (changes: Partial<Seen>, books = booksOf()) =>
  judge(books, { ...seen, ...changes }).map(({ kind, subject }) => `${kind} ${subject}`);

const recordedWith = (operation: Operation, times: number) =>
  new Map([...seen.recorded, [keyOf(operation), times]]);
const bruno = (holding: { remaining: number; reserved: number; openSessions: number }) =>
  new Map([...seen.holdings, ["bruno", holding]]);

test("has nothing to say of a world that kept its promises", () => {
  expect(told({})).toEqual([]);
});

test("tells what was acknowledged and is not on record", () => {
  expect(told({ recorded: recordedWith(event, 0) })).toEqual(["lost event anna e 0"]);
});

test("tells a transfer that has begun and not ended", () => {
  expect(told({ recorded: recordedWith(gift, 1) })).toEqual(["lost transferOut anna g 0"]);
});

test("tells what was carried out twice", () => {
  expect(told({ recorded: recordedWith(event, 2) })).toEqual(["duplicated event anna e 0"]);
  expect(told({ recorded: recordedWith(gift, 3) })).toEqual(["duplicated transferOut anna g 0"]);
});

test("tells what was carried out for somebody who was told otherwise", () => {
  const other = { ...event, operationId: "f" };
  expect(told({ recorded: recordedWith(other, 1) })).toEqual(["unasked event anna f 0"]);
});

test("tells an account that has one unit more or less than the answers come to", () => {
  for (const remaining of [19, 21]) {
    const holdings = bruno({ remaining, reserved: 0, openSessions: 0 });
    expect(told({ holdings })).toEqual(["money account bruno"]);
  }
  expect(told({ holdings: new Map([["anna", seen.holdings.get("anna")!]]) })).toEqual([
    "lost account bruno",
  ]);
});

test("tells a hold that nobody may have any more, and lets others be until their time", () => {
  const holdings = bruno({ remaining: 12, reserved: 8, openSessions: 1 });
  expect(told({ holdings })).toEqual(["held account bruno"]);
  const books = booksOf();
  books.abandon({ accountId: "bruno", sessionId: "a", endsBefore: now + 1 });
  expect(told({ holdings }, books)).toEqual([]);
  expect(told({ holdings, now: now + 1 }, books)).toEqual(["held account bruno"]);
});

test("tells an open session that holds nothing too", () => {
  const holdings = bruno({ remaining: 20, reserved: 0, openSessions: 1 });
  expect(told({ holdings })).toEqual(["held account bruno"]);
});

test("tells drift and refusals", () => {
  expect(told({ drift: ["anna: remaining is 1"] })).toEqual(["drift anna"]);
  const books = booksOf();
  books.refuse({ ...event, operationId: "f", code: "REQUEST_CONFLICT", detail: "", at: now });
  expect(told({}, books)).toEqual(["refused event anna f 0"]);
});
