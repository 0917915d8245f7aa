// Exactly once, for how long: the windows come from the limits, the keys from the table of
// operations.

import { limits } from "../../engine/limits.ts";
import { type OperationName, operations } from "../../engine/protocol/operations.ts";
import { alignedTable, durationText } from "./markdown.ts";

const keyOf = (name: OperationName): string => {
  const { key, request } = operations[name];
  const fields = Object.keys(request).slice(0, key);
  return ["account", ...fields.map((field) => `\`${field}\``)].join(", ");
};

/** Answers are kept in two generations: for one to two times the limit. */
const kept = (ms: number): string => `${durationText(ms)} to ${durationText(2 * ms)}`;

export const promisesPart = (): string => {
  const { answersKeptMs, topUpAnswersKeptMs, eventRepeatMsMax } = limits;
  const session = keyOf("update");
  const rows = [
    [
      "last message of an open session",
      session,
      "as long as the session is open",
      "an earlier one: refused (SEQUENCE_PASSED)",
    ],
    [
      "last message of an ended session",
      session,
      kept(answersKeptMs),
      "refused (UNKNOWN_SESSION_ID); initiate: another session begins (2)",
    ],
    [
      "event",
      keyOf("event"),
      kept(answersKeptMs),
      `refused from ${durationText(eventRepeatMsMax)} after \`eventTimestamp\` (EVENT_TOO_OLD) (1)`,
    ],
    [
      "refund",
      keyOf("refund"),
      kept(answersKeptMs),
      `refused from ${durationText(eventRepeatMsMax)} after \`eventTimestamp\` (EVENT_TOO_OLD) (1)`,
    ],
    [
      "topUp, adjust, transfer",
      keyOf("topUp"),
      kept(topUpAnswersKeptMs),
      "**carried out once more**, or refused (EVENT_TOO_OLD) (3)",
    ],
  ];
  return alignedTable(["message", "key", "its answer is kept", "repeated after that"], rows);
};
