// What becomes of operations by what Redis, or the way to it, said.

import { expect, test } from "vitest";
import { faultOf } from "./store-fault.ts";

const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });

test.each([
  ["LOADING Redis is loading the dataset in memory", "notCarriedOut"],
  ["CLUSTERDOWN The cluster is down", "notCarriedOut"],
  ["ERR Function not found", "notCarriedOut"],
  ["OOM command not allowed when used memory > 'maxmemory'.", "outOfMemory"],
  ["ERR user_function:1: batch version 3", "script"],
] as const)("%s: %s", (message, fault) => {
  expect(faultOf(reply(message))).toBe(fault);
});

test("no answer leaves open what became of it", () => {
  expect(faultOf(new Error("Connection is closed."))).toBe("outcomeUnknown");
});
