// Notices go to the network elements that they wait for, over any connection of theirs. Engines
// hear at once that there are new ones, and ask each second besides; what one of them has taken the
// others leave alone until it is due again. Nothing that charges ever waits for this.

import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import type { NoticeKind, PushOf } from "../protocol/operations.ts";
import type { Store } from "../store/connection.ts";
import { noticeChannel } from "../store/lua-constants.ts";
import type { WaitingNotice } from "../store/notice-bytes.ts";
import { isGivenUp, takeNotices } from "../store/notices.ts";
import { createPeerNumbers, type PeerNumbers } from "../store/peer-numbers.ts";
import type { Peer } from "./authentication.ts";

export type Pushing = Awaited<ReturnType<typeof openPushing>>;

/** A connection of a network element. */
export type PushTarget = {
  /** Its number; 0 until that is known. */
  peer: number;
  push<N extends NoticeKind>(kind: N, notice: PushOf<N>): void;
};

export type PushingOptions = {
  readonly store: Store;
  readonly shards: number;
  readonly now: () => number;
  /** Names of network elements that may connect. */
  readonly peers: readonly string[];
  readonly onGivenUp: (notice: WaitingNotice) => void;
  readonly onFault: (error: unknown) => void;
};

type Desk = {
  readonly options: PushingOptions;
  readonly numbers: PeerNumbers;
  readonly targets: Map<number, Set<PushTarget>>;
  /** Connections whose peer has no number yet among them. */
  readonly open: Set<PushTarget>;
  /** By shard: a round is under way, and whether another is to follow. */
  readonly rounds: Map<number, { isAgain: boolean }>;
  readonly waiting: number[];
  isStopped: boolean;
};

export const openPushing = async (options: PushingOptions) => {
  const numbers = createPeerNumbers(options.store);
  const desk: Desk = {
    options,
    numbers,
    targets: new Map(),
    open: new Set(),
    rounds: new Map(),
    waiting: [],
    isStopped: false,
  };
  await numbers.claim(options.peers);
  await options.store.subscribe(noticeChannel, (shard) => {
    if (desk.targets.size > 0) void round(desk, Number(shard)).catch(options.onFault);
  });
  return {
    /** A connection of the peer is there, or is gone. */
    join: (peer: Peer, target: PushTarget) => join(desk, peer, target),
    leave: (target: PushTarget) => leave(desk, target),
    /** New in the peers file: their connections need not wait for a number. */
    claim: numbers.claim,
    /** Sends what is due on one shard. */
    round: (shard: number) => round(desk, shard),
    /** In the whole installation, when it was last looked at. */
    waiting: () => desk.waiting.reduce((sum, count) => sum + count, 0),
    /** Takes no more, so that others do. */
    stop: () => {
      desk.isStopped = true;
    },
  };
};

const join = (desk: Desk, peer: Peer, target: PushTarget) => {
  if (peer.role !== "network") return;
  desk.open.add(target);
  const number = desk.numbers.find(peer.name);
  if (number !== undefined) return seat(desk, number, target);
  desk.numbers.claim([peer.name]).then(
    () => seat(desk, desk.numbers.find(peer.name)!, target),
    // Until it comes again, or the peers file is read again, its sessions are nobody's.
    desk.options.onFault,
  );
};

const seat = (desk: Desk, number: number, target: PushTarget) => {
  if (number === 0 || !desk.open.has(target)) return;
  target.peer = number;
  const others = desk.targets.get(number);
  if (others === undefined) desk.targets.set(number, new Set([target]));
  else others.add(target);
};

const leave = (desk: Desk, target: PushTarget) => {
  desk.open.delete(target);
  const others = desk.targets.get(target.peer);
  others?.delete(target);
  if (others?.size === 0) desk.targets.delete(target.peer);
};

/** One at a time on each shard; what is heard meanwhile makes another. */
const round = async (desk: Desk, shard: number): Promise<void> => {
  const running = desk.rounds.get(shard);
  if (running !== undefined) {
    running.isAgain = true;
    return;
  }
  const mine = { isAgain: false };
  desk.rounds.set(shard, mine);
  try {
    for (let takes = 0; takes < limits.noticeTakesPerRoundMax && !desk.isStopped; takes++) {
      mine.isAgain = false;
      const isMore = await take(desk, shard);
      if (!isMore && !mine.isAgain) break;
    }
  } finally {
    desk.rounds.delete(shard);
  }
};

const take = async (desk: Desk, shard: number): Promise<boolean> => {
  const { store, now } = desk.options;
  const taken = await takeNotices(store, shard, now(), [...desk.targets.keys()]);
  desk.waiting[shard] = taken.waiting;
  metrics.countNotices("ended", taken.dropped);
  for (const notice of taken.notices) deliver(desk, notice);
  return taken.isMore;
};

const deliver = (desk: Desk, notice: WaitingNotice) => {
  if (isGivenUp(notice)) {
    metrics.countNotices("givenUp", 1);
    return desk.options.onGivenUp(notice);
  }
  // Its connections in turn: one of them may be dead and not know it. None: it is due again soon.
  const targets = [...(desk.targets.get(notice.peer) ?? [])];
  const target = targets[notice.sent % targets.length];
  if (target === undefined) return;
  const { noticeId, sessionId, ratingGroups, reason } = notice;
  metrics.countNotices("pushed", 1);
  if (notice.kind === "abort") target.push("abort", { noticeId, sessionId, reason });
  else target.push("reauthorize", { noticeId, sessionId, ratingGroups, reason });
};
