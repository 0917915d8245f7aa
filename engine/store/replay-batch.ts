// The call that a batch's journal entry came of, made once more: its keys and arguments, out of
// what was asked and answered. Accounts, answers and everything else must stand as they stood then;
// so the reply is the same, to the octet, or something is not as it was.

import type { BatchEntry } from "../cdr/journal-head.ts";
import { isMovementVerb, verbs } from "../cdr/journal-numbers.ts";
import { readTold } from "../cdr/said.ts";
import { answerField, lookupsOf } from "./batch-operation.ts";
import { type AskedOperation, readAskedBatch } from "./journal-asked.ts";
import { keys } from "./keys.ts";

export type Call = {
  readonly keys: readonly string[];
  readonly args: readonly (string | Buffer)[];
};

/** In place of lists of deadlines, which are made from the open sessions when all is done. */
export const unusedKey = (shard: number): string => `${keys.prefix(shard)}rebuild:unused`;

/** Throws when the entry cannot be read whole. */
export const batchCall = (shard: number, journalId: string, entry: BatchEntry): Call => {
  const { batch, accountIds, said, referred } = entry;
  const operations = readAskedBatch(journalId, entry);
  const accounts = accountIds.toString("latin1").split("\n").slice(0, -1);
  const names = [
    keys.journal(shard),
    keys.answers(shard),
    keys.answersPrevious(shard),
    keys.topUps(shard),
    keys.topUpsPrevious(shard),
    ...accounts.map((accountId) => keys.account(shard, accountId)),
  ];
  for (const operation of operations) nameBesides(names, shard, operation);
  return {
    keys: names,
    args: [batch, accountIds, said, ...lookUps(operations), ...parts(referred)],
  };
};

/** Keys that an operation refers to by their place among all keys of the call. */
const nameBesides = (names: string[], shard: number, { verb, follows }: AskedOperation): void => {
  // It stands where a message of a session has the sequence before.
  const place = follows.sequence - 1;
  if (verb === verbs.initiate) names[place] = unusedKey(shard);
  if (verb === verbs.transferOut) names[place] = keys.transits(shard);
  if (verb === verbs.transferIn) names[place] = keys.sweep(shard);
};

/** As batch-writer.ts has them: answers, then those of movements. */
const lookUps = (operations: readonly AskedOperation[]): readonly string[] => {
  const answers: string[] = [];
  const movements: string[] = [];
  for (const { verb, accountId, id, said } of operations) {
    const field = answerField(verb, accountId, id);
    if (isMovementVerb(verb)) movements.push(field);
    else if (lookupsOf(verb) > 0) answers.push(field);
    if (verb !== verbs.refund) continue;
    const [event = ""] = readTold(said.serviceInformation);
    answers.push(answerField(verbs.event, accountId, event));
  }
  return [...answers, ...movements];
};

/** Each u32 and octets. */
const parts = (referred: Buffer | undefined): readonly Buffer[] => {
  const found: Buffer[] = [];
  for (let at = 0; referred !== undefined && at < referred.length; ) {
    const end = at + 4 + referred.readUInt32LE(at);
    found.push(referred.subarray(at + 4, end));
    at = end;
  }
  return found;
};
