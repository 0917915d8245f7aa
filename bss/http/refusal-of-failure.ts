// What is said of a request that failed on this side: of Postgres what may be done about it, of
// what nobody expected nothing but the id that it was logged by.

import { type FailureKind, failureKindOf } from "../db/failure-kind.ts";
import type { Log } from "../log.ts";
import type { Refusal } from "./problem.ts";

type Failed = { readonly requestId: string; readonly route: string; readonly isWrite: boolean };

const soon = { "retry-after": "1" };

const refusals: Readonly<Record<FailureKind, (failed: Failed) => Refusal>> = {
  busy: () => ({
    code: "UNAVAILABLE",
    detail: "another change is under way",
    headers: soon,
  }),
  slow: () => ({
    code: "UNAVAILABLE",
    detail: "it takes longer than a request may: narrow down what is asked for",
    headers: soon,
  }),
  gone: ({ isWrite }) => ({
    code: "UNAVAILABLE",
    detail: isWrite
      ? "whether it was done is not known: the same Idempotency-Key again tells, without one look"
      : "the database cannot be reached",
    headers: soon,
  }),
  unstorable: () => ({
    code: "INVALID_REQUEST",
    detail: "there is text with a NUL or half a character in it",
  }),
};

export const refusalOfFailure = (
  error: unknown,
  failed: Failed,
  log: Pick<Log, "error" | "warn">,
): Refusal => {
  const kind = failureKindOf(error);
  if (kind === "unstorable") return refusals.unstorable(failed);
  const { requestId, route } = failed;
  const fields = { err: error, requestId, route };
  log[kind === undefined ? "error" : "warn"](fields, "a request failed");
  return kind === undefined
    ? { code: "INTERNAL_ERROR", detail: "it was logged by the id of this request" }
    : refusals[kind](failed);
};
