// An engine without sockets: requests go straight to the dispatch, many in one tick, and come back
// as the octets that would leave. Everything behind is the real thing: profiles, tariffs, shards,
// Lua.

import {
  answerMessage,
  readRequest,
  refusalMessage,
  requestMessage,
  type WireMessage,
} from "../protocol/messages.ts";
import type { OperationName, RequestOf } from "../protocol/operations.ts";
import { encodeFrames } from "../protocol/wire.ts";
import { answerOf, type RatingGroupOf } from "../server/answer-of.ts";
import type { Asker } from "../server/asker.ts";
import { createDispatch, type Dispatch } from "../server/dispatch.ts";
import { openStore, type Store } from "../store/connection.ts";
import { createProfiles } from "../store/profiles.ts";
import { createShard } from "../store/shard.ts";
import type { Stopwatch } from "../store/stopwatch.ts";
import { sweepShard } from "../store/sweep.ts";
import { openTariffs } from "../store/tariffs.ts";
import type { Task } from "../store/task.ts";
import { assert } from "../values/assert.ts";

export type AnyRequest = {
  [N in OperationName]: { readonly operation: N; readonly request: RequestOf<N> };
}[OperationName];

/** As the engine reads it, with what was left out. The request is a well-formed one. */
export const checked = ({ operation, request }: AnyRequest) => {
  const read = readRequest(requestMessage(operation, 1, request as RequestOf<typeof operation>));
  assert(read.operation !== undefined, `a well-formed ${operation}`);
  return read;
};

/** The answer to the request at `index` of those handed over together. */
export type Completion = { readonly index: number; readonly octets: Buffer };

export type DirectEngine = {
  /**
   * Hands all requests over in one tick; completions stand in the order in which they were carried
   * out. Every message has the correlation 1, so that a repeat can be the same to the octet. `peer`
   * is the number of who asks; left out: nobody that could be told anything.
   */
  handle(requests: readonly AnyRequest[], peer?: number): Promise<readonly Completion[]>;
  /** One request, whose answer may never come. */
  ask(request: AnyRequest, give: (octets: Buffer) => void): void;
  /** As the engine does each second. */
  sweep(): Promise<void>;
  /** One turn, if it is this engine's (server/patrol.ts). */
  patrol(): Promise<void>;
  /** Reads what was published through other engines. */
  refresh(): Promise<void>;
  readonly store: Store;
  readonly faults: readonly unknown[];
  close(): Promise<void>;
};

export type DirectEngineOptions = {
  readonly redisUrl: string;
  readonly isRedisCluster?: boolean;
  readonly shards?: number;
  readonly now: () => number;
  /** Stands between the engine and Redis, to watch or to disturb. */
  readonly between?: (store: Store) => Store;
  /** In place of a connection of its own, which somebody else closes. */
  readonly store?: Store;
  readonly stopwatch?: Stopwatch;
};

export const openDirectEngine = async (options: DirectEngineOptions): Promise<DirectEngine> => {
  const { redisUrl: url, isRedisCluster: isCluster = false, shards: count = 1 } = options;
  const { now, stopwatch } = options;
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const opened = options.store ?? (await openStore({ url, isCluster, onError: onFault }));
  const store = options.between?.(opened) ?? opened;
  await store.load();
  const tariffs = await openTariffs(store);
  const profiles = createProfiles(store, count);
  let dispatch: Dispatch | undefined;
  const onStaleProfile = (task: Task) => dispatch?.reload(task);
  const shards = Array.from({ length: count }, (_, number) =>
    createShard({ number, store, tariffs, now, onFault, onStaleProfile, stopwatch }),
  );
  dispatch = createDispatch({ store, profiles, tariffs, shards, now, onFault, stopwatch });
  return {
    handle: (requests, peer = 0) => handleAll(dispatch, requests, peer),
    ask: (request, give) => hand(dispatch, request, 0, (message) => give(octetsOf(message))),
    sweep: async () => {
      for (let shard = 0; shard < count; shard++) {
        await sweepShard(store, shard, now(), () => undefined);
        await dispatch.finishTransfers(shard);
      }
    },
    patrol: () => dispatch.patrol(onFault),
    refresh: () => tariffs.refresh(),
    store,
    faults,
    close: () => store.close(),
  };
};

const handleAll = (dispatch: Dispatch, requests: readonly AnyRequest[], peer: number) =>
  new Promise<readonly Completion[]>((resolve) => {
    const completions: Completion[] = [];
    const complete = (index: number, message: WireMessage) => {
      completions.push({ index, octets: octetsOf(message) });
      if (completions.length === requests.length) resolve(completions);
    };
    if (requests.length === 0) resolve([]);
    for (const [index, request] of requests.entries()) {
      hand(dispatch, request, peer, (message) => complete(index, message));
    }
  });

const hand = (
  dispatch: Dispatch,
  { operation, request }: AnyRequest,
  peer: number,
  give: (message: WireMessage) => void,
) => {
  const read = readRequest(requestMessage(operation, 1, request as RequestOf<typeof operation>));
  if (read.operation === undefined) give(refusalMessage(1, read.refusal));
  else dispatch.handle(read, askerOf(peer, dispatch.ratingGroup, give));
};

const askerOf = (
  peer: number,
  ratingGroupOf: RatingGroupOf,
  give: (message: WireMessage) => void,
): Asker => ({
  peer,
  succeed: (task, bytes) => give(answerOf(task, bytes, ratingGroupOf)),
  refuse: (task, refused) => give(refusalMessage(task.correlation, refused)),
  answer: (request, answer) => give(answerMessage(request.operation, 1, answer as never)),
  refuseRequest: (_, refused) => give(refusalMessage(1, refused)),
});

const octetsOf = (message: WireMessage): Buffer => {
  const frames: Buffer[] = [];
  const leftOut = encodeFrames([message], (frame) => frames.push(Buffer.from(frame)));
  assert(leftOut.length === 0 && frames.length === 1, "an answer that fits a frame");
  return frames[0]!;
};
