// Notices to network elements, as they wait in Redis: taken by the engine that has a connection of
// their peer, taken away when they are acknowledged, asked for by the business side. Those that a
// change of an account brings about, Lua writes with the change (lua/lib/notice-rules.lua).

import { limits } from "../limits.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { notices } from "../protocol/operations.ts";
import { type Refusal, refusal, resultCodeName, resultCodes } from "../protocol/result-codes.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { keys, shardOf } from "./keys.ts";
import { readNotice, type WaitingNotice } from "./notice-bytes.ts";

export type Taken = {
  /** Of the shard, for whomever. */
  readonly waiting: number;
  /** Those whose session was over. */
  readonly dropped: number;
  readonly isMore: boolean;
  /** Each is due again later, unless `isGivenUp`. */
  readonly notices: readonly WaitingNotice[];
};

/** What is due to these peers; nobody else gets it meanwhile. */
export const takeNotices = async (
  store: Store,
  shard: number,
  now: number,
  peers: readonly number[],
): Promise<Taken> => {
  const reply = (await store.run(
    "take-notices",
    [keys.notices(shard)],
    [now, keys.prefix(shard), limits.noticesTakenMax, ...peers],
  )) as (number | Buffer)[];
  const [waiting, dropped, more] = reply as number[];
  const taken: WaitingNotice[] = [];
  for (let i = 3; i < reply.length; i += 2) {
    taken.push(readNotice(String(reply[i]), reply[i + 1] as Buffer));
  }
  return { waiting: waiting!, dropped: dropped!, isMore: more === 1, notices: taken };
};

/** It was handed out for the last time, and is to be sent no more. */
export const isGivenUp = ({ sent }: WaitingNotice): boolean => sent > limits.noticeSentMax;

const noticeIdPattern = /^(\d{1,4})-\d{1,16}$/;

/** False: nothing of that name waits for that peer. */
export const acknowledgeNotice = async (
  store: Store,
  shards: number,
  { noticeId, peer, isOver }: { noticeId: string; peer: number; isOver: boolean },
): Promise<boolean> => {
  const shard = Number(noticeIdPattern.exec(noticeId)?.[1] ?? shards);
  if (shard >= shards) return false;
  const args = [keys.prefix(shard), noticeId, peer, isOver ? "1" : "0"];
  return (await store.run("acknowledge-notice", [keys.notices(shard)], args)) === 1;
};

export const requestNotice = async (
  { store, shards, now }: { readonly store: Store; readonly shards: number; readonly now: number },
  { requestId, accountId, sessionId, kind, reason }: CheckedRequestOf<"requestNotice">,
  fingerprint: number,
): Promise<Result<{ readonly notices: number }, Refusal>> => {
  const shard = shardOf(accountId, shards);
  const body = Buffer.alloc(8);
  body.writeDoubleLE(fingerprint);
  const [code, count] = (await store.run(
    "request-notice",
    [keys.account(shard, accountId), keys.topUps(shard), keys.topUpsPrevious(shard)],
    [
      keys.prefix(shard),
      now,
      accountId,
      sessionId ?? "",
      notices[kind].number,
      reason,
      body,
      `${accountId} n ${requestId}`,
    ],
  )) as [number, number];
  if (code === resultCodes.SUCCESS.number) return ok({ notices: count });
  return err(refusal(resultCodeName(code) ?? "UNABLE_TO_COMPLY", ""));
};
