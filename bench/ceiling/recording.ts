// The batches of a measurement, out of the journal, which keeps every batch as it was sent and what
// Redis answered. From them come the very commands that the engine had sent. Holds for batches of
// updates: those look no stored answer up and put no deadline down, so their keys are known.

import type { Redis } from "ioredis";
import { readReply } from "../../engine/cdr/batch-reply.ts";
import { resultCodes } from "../../engine/protocol/result-codes.ts";
import { encodeCommand } from "../../engine/store/encode-command.ts";
import { keys } from "../../engine/store/keys.ts";
import { library } from "../../engine/store/scripts.ts";
import { assert } from "../../engine/values/assert.ts";

export type Recording = {
  /** Whole commands, as octets for the socket. */
  readonly commands: readonly Buffer[];
  /** What Redis answered to each. */
  readonly replies: readonly Buffer[];
  readonly operations: number;
};

const entriesPerRead = 500;
const shard = 0;
const success = resultCodes.SUCCESS.number;

/** The id of the newest entry; "0-0" when there is none. */
export const newestEntry = async (redis: Redis): Promise<string> => {
  const entries = await redis.xrevrange(keys.journal(shard), "+", "-", "COUNT", 1);
  return entries[0]?.[0] ?? "0-0";
};

/** Entries after `from`, up to and with `to`. Every operation in them must have been an update. */
export const readRecording = async (
  redis: Redis,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Recording> => {
  const commands: Buffer[] = [];
  const replies: Buffer[] = [];
  let operations = 0;
  let after = from;
  for (;;) {
    const entries = (await redis.xrangeBuffer(
      keys.journal(shard),
      `(${after}`,
      to,
      "COUNT",
      entriesPerRead,
    )) as [Buffer, Buffer[]][];
    for (const [id, fields] of entries) {
      const names = fields.filter((_, index) => index % 2 === 0).map(String);
      const [batch, ids, said, reply] = fields.filter((_, index) => index % 2 === 1);
      assert(names.join("") === "qksa", `journal entry ${id} is no batch`);
      commands.push(commandOf(batch!, ids!, said!));
      replies.push(reply!);
      operations += countUpdates(reply!);
      after = id.toString("latin1");
    }
    if (entries.length < entriesPerRead) return { commands, replies, operations };
  }
};

/** As store/batch-writer.ts and store/shard.ts put it together. */
const commandOf = (batch: Buffer, ids: Buffer, said: Buffer): Buffer => {
  const accounts = ids.toString("latin1").split("\n");
  const accountIds = accounts.filter((accountId) => accountId !== "");
  const batchKeys = [
    keys.journal(shard),
    keys.answers(shard),
    keys.answersPrevious(shard),
    keys.topUps(shard),
    keys.topUpsPrevious(shard),
    ...accountIds.map((accountId) => keys.account(shard, accountId)),
  ];
  const name = library.functions["apply-batch"];
  return encodeCommand(["FCALL", name, batchKeys.length, ...batchKeys, batch, ids, said]);
};

/** A repeat would have cost less: each operation must have moved something. */
const countUpdates = (reply: Buffer): number => {
  const operations = readReply(reply);
  for (const { code, changes } of operations) {
    assert(code === success && changes.length > 0, `an operation of code ${code} was recorded`);
  }
  return operations.length;
};
