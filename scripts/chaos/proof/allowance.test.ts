// What a Redis that was killed may lose with everysec: each operation of the last 2 s, what follows
// from it, and not one unit more.

import { expect, test } from "vitest";
import { type Allowance, mayBeMissing } from "./allowance.ts";
import { type Books, createBooks, keyOf, type LoadVerb, type Operation } from "./books.ts";
import { type Holding, judge, type Seen } from "./judge.ts";

const killedAt = 1_800_000_000_000;
const allowance: Allowance = { killedAt, startedAt: killedAt + 500, rebuiltAt: undefined };
const rebuilt: Allowance = { ...allowance, rebuiltAt: killedAt + 4_000 };

const operation = (verb: LoadVerb, operationId: string, sequence = 0): Operation => {
  return { verb, accountId: "anna", operationId, sequence };
};
const topUp = operation("topUp", "t");
const event = operation("event", "e");
const refund: Operation = { ...operation("refund", "r"), follows: "e" };
const begin = operation("initiate", "s");
const end = operation("terminate", "s", 1);

/** Acknowledged so many ms after Redis was killed. */
const booksOf = (acknowledged: readonly (readonly [Operation, number, number])[]): Books => {
  const books = createBooks();
  books.open("anna");
  for (const [one, micros, ms] of acknowledged) {
    books.acknowledge(one, [{ accountId: "anna", micros }], killedAt + ms);
  }
  return books;
};

const refuse = (books: Books, one: Operation, ms: number) =>
  books.refuse({ ...one, code: "UNKNOWN_REQUEST_ID", detail: "", at: killedAt + ms });

const seenOf = (recorded: readonly Operation[], remaining: number, more: Partial<Seen> = {}) => ({
  recorded: new Map(recorded.map((one) => [keyOf(one), 1])),
  holdings: new Map([["anna", { remaining, reserved: 0, openSessions: 0 } as Holding]]),
  ...{ drift: [], now: killedAt + 9_000, allowance, ...more },
});

const told = (books: Books, seen: Seen) => {
  const findings = judge(books, seen).map(({ kind, subject, isAllowed }) => {
    return [isAllowed ? "allowed" : "broken", `${kind} ${subject}`] as const;
  });
  const of = (which: string) => findings.filter(([is]) => is === which).map(([, name]) => name);
  return { allowed: of("allowed"), broken: of("broken") };
};

test("2 s before Redis was killed is the bound, to the millisecond", () => {
  expect(mayBeMissing(killedAt - 2_000, allowance)).toBe("lost");
  expect(mayBeMissing(killedAt - 2_001, allowance)).toBeUndefined();
  expect(mayBeMissing(killedAt - 60_000, allowance)).toBeUndefined();
  expect(mayBeMissing(killedAt, undefined)).toBeUndefined();
});

test("what was acknowledged once Redis was back is undone by a rebuild only", () => {
  expect(mayBeMissing(killedAt + 499, allowance)).toBe("lost");
  expect(mayBeMissing(killedAt + 500, allowance)).toBeUndefined();
  expect(mayBeMissing(killedAt + 500, rebuilt)).toBe("undone");
  expect(mayBeMissing(killedAt + 4_001, rebuilt)).toBeUndefined();
});

test("an account has exactly the money without what may be lost", () => {
  const books = booksOf([
    [topUp, 100, -9_000],
    [event, -9, -1_999],
  ]);
  const lost = `lost ${keyOf(event)}`;
  expect(told(books, seenOf([topUp], 100))).toEqual({ allowed: [lost], broken: [] });
  for (const remaining of [91, 99, 101]) {
    expect(told(books, seenOf([topUp], remaining)).broken).toEqual(["money account anna"]);
  }
});

test("what is older is lost for no good reason, and so is the money", () => {
  const books = booksOf([
    [topUp, 100, -9_000],
    [event, -9, -2_001],
  ]);
  expect(told(books, seenOf([topUp], 100))).toEqual({
    allowed: [],
    broken: [`lost ${keyOf(event)}`, "money account anna"],
  });
});

test("nothing is done twice, and nothing drifts, whatever may be lost", () => {
  const books = booksOf([[event, -9, -1_000]]);
  const recorded = new Map([[keyOf(event), 2]]);
  expect(told(books, seenOf([], -9, { recorded, drift: ["anna: remaining is 1"] })).broken).toEqual(
    [`duplicated ${keyOf(event)}`, "drift anna"],
  );
});

test("what goes on with a lost operation may be refused, nothing else", () => {
  const books = booksOf([
    [topUp, 100, -9_000],
    [event, -9, -1_000],
  ]);
  refuse(books, refund, 900);
  expect(told(books, seenOf([topUp], 100)).broken).toEqual([]);
  expect(told(books, seenOf([topUp, event], 91)).broken).toEqual([`refused ${keyOf(refund)}`]);
  const other = booksOf([[event, -9, -1_000]]);
  refuse(other, operation("event", "f"), 900);
  expect(told(other, seenOf([], 0)).broken).toEqual(["refused event anna f 0"]);
});

test("a session may stay open whose end was lost, and no second one", () => {
  const books = booksOf([
    [begin, 0, -5_000],
    [end, -3, -1_000],
  ]);
  const open = (openSessions: number) => ({
    holdings: new Map([["anna", { remaining: -7, reserved: 7, openSessions }]]),
  });
  expect(told(books, seenOf([begin], 0, open(1))).broken).toEqual([]);
  expect(told(books, seenOf([begin], 0, open(2))).broken).toEqual(["held account anna"]);
  const ended = booksOf([
    [begin, 0, -5_000],
    [end, 0, -1_000],
  ]);
  expect(told(ended, seenOf([begin, end], 0, open(1))).broken).toEqual(["held account anna"]);
});

test("a rebuild undoes what was charged meanwhile, and that is told apart", () => {
  const books = booksOf([
    [begin, 0, -1_000],
    [event, -9, 1_000],
  ]);
  refuse(books, end, 1_500);
  const seen = seenOf([begin], 0, { allowance: rebuilt });
  expect(told(books, seen)).toEqual({
    allowed: [`undone ${keyOf(event)}`, `refused ${keyOf(end)}`],
    broken: [],
  });
  expect(told(books, { ...seen, allowance }).broken).toEqual([
    `lost ${keyOf(event)}`,
    "money account anna",
    `refused ${keyOf(end)}`,
  ]);
});
