// States follow each other as the table has it.

import { expect, test } from "vitest";
import { type States, withState } from "./states.ts";

const states: States = {
  field: "status",
  initial: ["new", "open"],
  next: { new: ["open"], open: ["closed"] },
};
const move = (before: string | undefined, after: string | undefined) => {
  const was = before === undefined ? undefined : { status: before };
  const moved = withState(states, was, after === undefined ? {} : { status: after });
  return moved.isOk ? moved.value["status"] : moved.error.errors;
};

test("it begins with the first where none is said", () => {
  expect(move(undefined, undefined)).toBe("new");
  expect(move(undefined, "open")).toBe("open");
  expect(move(undefined, "closed")).toEqual([
    { pointer: "/status", detail: "it begins as one of new, open" },
  ]);
});

test("it stays, or goes on, and never back", () => {
  expect(move("open", "open")).toBe("open");
  expect(move("open", undefined)).toBe("open");
  expect(move("open", "closed")).toBe("closed");
  expect(move("new", "closed")).toEqual([
    { pointer: "/status", detail: "after new comes one of new, open" },
  ]);
  expect(move("closed", "open")).toEqual([
    { pointer: "/status", detail: "after closed comes one of closed" },
  ]);
});
