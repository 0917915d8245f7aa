// A world: engines on one real Redis, network elements, and everything between them that can be
// late, lost or out of order. This is what it consists of; play.ts makes it go.

import type { Store } from "../../store/connection.ts";
import type { AnyRequest, DirectEngine } from "../direct-engine.ts";
import type { ModelAnswer } from "../model-account.ts";
import type { AskedName } from "./asked.ts";
import type { Asking } from "./audit-answer.ts";
import type { Auditor } from "./auditor.ts";
import type { Deck } from "./deck.ts";
import type { ElementSession } from "./elements.ts";
import type { Temper } from "./faults.ts";
import type { RedisSide } from "./redis-side.ts";
import type { Wire } from "./wire.ts";

/** What somebody wants to know, until it is answered or given up. */
export type Ask = {
  readonly asked: AnyRequest;
  readonly name: AskedName | undefined;
  tries: number;
  /** When it was sent last, ms of simulated time that has passed. */
  sentAt: number;
  isOver: boolean;
  readonly onEnd: (answer: ModelAnswer | undefined) => void;
};

/** Under way between an element and an engine, until a turn. */
export type Message =
  | { readonly ask: Ask; readonly engine: number; readonly due: number }
  | { readonly ask: Ask; readonly answer: ModelAnswer; readonly due: number };

export type Timer = { readonly at: number; readonly then: () => void };

/** A place for an engine; who dies is followed by another one. */
export type Seat = {
  readonly number: number;
  skewMs: number;
  engine: DirectEngine | undefined;
  wire: Wire;
  timers: Timer[];
  openings: number;
  /** The turn from which on somebody opens one here. */
  opensAt: number;
  tendedAt: number;
  /** Each at most once at a time. */
  isTending: boolean;
  isPatrolling: boolean;
  /** Publications that it has not heard of yet. */
  readonly rumours: (() => void)[];
  onMessage: ((message: string) => void) | undefined;
};

export type World = {
  readonly deck: Deck;
  temper: Temper;
  readonly shards: number;
  readonly hasManyLinks: boolean;
  readonly auditor: Auditor;
  readonly real: Store;
  readonly redis: RedisSide;
  readonly accountIds: readonly string[];
  readonly seats: readonly Seat[];
  /** `now`: ms since 1970, as Redis has it; `passed`: on a clock that is never set. */
  readonly clock: { now: number; passed: number };
  turn: number;
  network: Message[];
  asks: Set<Ask>;
  sessions: ElementSession[];
  readonly history: AnyRequest[];
  readonly events: { readonly accountId: string; readonly requestId: string }[];
  /** What engines have under way. */
  readonly open: Set<Asking & { readonly seat: Seat }>;
  /** Given in this turn, and not yet on their way. */
  readonly answers: { readonly ask: Ask; readonly answer: ModelAnswer }[];
  /** Publications and profiles that were dealt out so far. */
  dealt: { tariffs: number; profiles: number };
  operations: number;
  /** How many turns answers and requests may be late in this world. */
  readonly lateTurnsMax: number;
  /** How much time passes in a turn, and how many requests come, at most. */
  readonly turnMsMax: number;
  readonly burst: number;
  /** What engines noticed themselves: lost connections and refusals, nothing else. */
  readonly injected: Set<string>;
};
