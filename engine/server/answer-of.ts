// The bytes that Lua answered with, as the message that the peer gets.

import { answerMessage, type WireMessage } from "../protocol/messages.ts";
import { type AnswerOf, answerOffset, operations } from "../protocol/operations.ts";
import { readCells } from "../store/account-value.ts";
import { findGrant, readCost } from "../store/session-state.ts";
import type { Task } from "../store/task.ts";

/** `bytes` is read at once and not kept. */
export const answerOf = (task: Task, bytes: Buffer): WireMessage => {
  switch (task.operation) {
    case "initiate":
    case "update":
    case "terminate":
      return sessionAnswer(task, bytes);
    case "event":
      return answerMessage("event", task.correlation, { cost: bytes.readDoubleLE(0) });
    case "topUp":
      return answerMessage("topUp", task.correlation, {
        remaining: bytes.readDoubleLE(0),
        reserved: bytes.readDoubleLE(8),
      });
    case "queryBalance":
      return answerMessage("queryBalance", task.correlation, balance(task, bytes));
    case "putAccount":
    case "publishTariff":
      throw new Error(`${task.operation} is no task of a shard`);
  }
};

/**
 * Of the groups that the message named, in its order; written without objects, for the hot path.
 */
const sessionAnswer = (task: Task, bytes: Buffer): WireMessage => {
  const { usage } = task;
  const grants = new Array<unknown>(usage.length);
  for (let i = 0; i < usage.length; i++) {
    const grant = findGrant(bytes, usage[i]!.ratingGroup)!;
    grants[i] = [
      grant.ratingGroup,
      grant.resultCode,
      grant.grantedUnit,
      grant.validityTime,
      grant.finalUnitIndication,
    ];
  }
  const { number } = operations[task.operation];
  return [answerOffset + number, task.correlation, readCost(bytes), grants];
};

const balance = (task: Task, bytes: Buffer): AnswerOf<"queryBalance"> => {
  const { accountId, currency, version, ...profile } = task.profile!;
  const cells = readCells(bytes.subarray(2), profile.buckets.length, profile.counters.length);
  return {
    accountId,
    currency,
    profileVersion: version,
    buckets: profile.buckets.flatMap((bucket, slot) => {
      if (bucket === null) return [];
      const { bucketId, unit, validFrom, validUntil } = bucket;
      return [{ bucketId, unit, ...cells.buckets[slot]!, validFrom, validUntil }];
    }),
    counters: profile.counters.flatMap((counter, slot) => {
      if (counter === null) return [];
      return [
        { counterId: counter.counterId, unit: counter.unit, value: cells.counters[slot]!.value },
      ];
    }),
    openSessions: bytes.readUInt16LE(0),
  };
};
