// A world from its beginning to its end, turn by turn. Whatever a seed has dealt happens again with
// it, whatever the machine does meanwhile: nothing here waits for time to pass.

import type { Store } from "../../store/connection.ts";
import { count, createAuditor, shown } from "./auditor.ts";
import { compareEnd, compareState } from "./compare.ts";
import { type Deck, tariffsAtFirst } from "./deck.ts";
import { type Dice, diceOf, type Purpose } from "./dice.ts";
import { checkFaults, fireTimers, killEngine, newSeat, openEngine, tend } from "./engines.ts";
import { dealTemper, type Fault } from "./faults.ts";
import { deliverMessages, retry, sendAnswers } from "./network.ts";
import { createRedisSide } from "./redis-side.ts";
import { finishUnderWay, redisTurn, settle } from "./redis-turn.ts";
import { askInTurn, publishNext, putProfile } from "./traffic.ts";
import { isIdle } from "./wire.ts";
import type { World } from "./world.ts";

export type PlayOptions = {
  readonly seed: number;
  /** It ends after the turn in which so many were answered. */
  readonly operations: number;
  readonly deck: Deck;
  /** Of an empty Redis that is nobody else's. */
  readonly store: Store;
  readonly without?: ReadonlySet<Fault>;
  /** Only these turns; left out: all from the first. */
  readonly turns?: readonly number[] | undefined;
  /** So many requests in a turn at most. */
  readonly burst?: number | undefined;
  /** After how many turns everything is compared; each time costs some ms. */
  readonly compareEvery?: number;
  /** Stands between the world and Redis, to do what must be noticed. */
  readonly sabotage?: (store: Store) => Store;
  readonly onTurn?: (operations: number) => void;
};

export type Played = {
  readonly operations: number;
  /** The last turn that was played. */
  readonly lastTurn: number;
  readonly shards: number;
  readonly counts: ReadonlyMap<string, number>;
  /** What was noticed first, and what came of it in the same turn. */
  readonly disagreements: readonly string[];
};

const turnsMax = 1_000_000;
const compareEveryDefault = 100;

export const play = async (options: PlayOptions): Promise<Played> => {
  const world = createWorld(options);
  const { auditor } = world;
  const { operations, turns, compareEvery = compareEveryDefault } = options;
  await begin(world);
  let last = 0;
  for (let index = 0; index < (turns?.length ?? turnsMax); index++) {
    if (auditor.disagreements.length > 0) break;
    if (turns === undefined && world.operations >= operations) break;
    last = turns?.[index] ?? index;
    world.turn = last;
    await playTurn(world, options);
    options.onTurn?.(world.operations);
    if ((index + 1) % compareEvery === 0) await compareState(auditor, world.real);
  }
  if (auditor.disagreements.length === 0) await finish(world);
  const { counts, disagreements } = auditor;
  const { shards } = world;
  return { operations: world.operations, lastTurn: last, shards, counts, disagreements };
};

const createWorld = (options: PlayOptions): World => {
  const { deck, seed, store, sabotage, without = new Set() } = options;
  const dice = diceOf(seed, -1, "faults");
  const shards = 1 + dice.below(3);
  const real = store;
  return {
    ...{ deck, shards, real, auditor: createAuditor(shards) },
    temper: dealTemper(dice, without),
    hasManyLinks: dice.chance(0.5),
    redis: createRedisSide(sabotage?.(store) ?? store),
    accountIds: Array.from({ length: 3 + dice.below(22) }, (_, index) => `a${index}`),
    seats: Array.from({ length: 2 + dice.below(2) }, (_, number) => newSeat(number)),
    clock: { now: deck.start, passed: 0 },
    ...{ turn: 0, network: [], asks: new Set(), sessions: [], history: [], events: [] },
    ...{ open: new Set(), answers: [], dealt: { tariffs: 0, profiles: 0 }, operations: 0 },
    lateTurnsMax: dice.pick([3, 10, 30]),
    turnMsMax: dice.pick([20, 200, 1_000]),
    burst: Math.min(options.burst ?? Number.POSITIVE_INFINITY, dice.pick([12, 40, 120, 120, 300])),
    injected: new Set(),
  };
};

/** Tariffs and accounts are there before anything goes wrong. */
const begin = async (world: World): Promise<void> => {
  for (const seat of world.seats) openEngine(world, seat);
  await calm(world, () => world.seats.every(({ engine }) => engine !== undefined));
  const dice = diceOf(0, 0, "traffic");
  const { temper } = world;
  world.temper = nothingWrong(world);
  for (let i = 0; i < tariffsAtFirst; i++) {
    publishNext(world, dice);
    await calm(world, () => world.asks.size === 0);
  }
  for (const accountId of world.accountIds) putProfile(world, dice, accountId);
  await calm(world, () => world.asks.size === 0);
  for (const { engine } of world.seats) void engine?.refresh();
  await calm(world, () => world.seats.every(({ wire }) => isIdle(wire)));
  world.temper = temper;
  world.operations = 0;
};

const nothingWrong = ({ temper }: World): World["temper"] =>
  Object.fromEntries(Object.keys(temper).map((fault) => [fault, 0])) as World["temper"];

const calmTurnsMax = 3_000;

/** Turns in which nothing goes wrong, until something is so. */
const calm = async (world: World, isSo: () => boolean): Promise<void> => {
  const { auditor, clock, seats } = world;
  const dice = diceOf(1, 0, "network");
  for (let turn = 0; !isSo(); turn++) {
    if (auditor.disagreements.length > 0) return;
    if (turn === calmTurnsMax) {
      auditor.disagreements.push(`something never ends: ${shown(underWay(world))}`);
      return;
    }
    clock.now += 100;
    clock.passed += 100;
    world.turn++;
    retry(world, dice);
    for (const seat of seats) {
      if (seat.engine === undefined && seat.opensAt <= world.turn) openEngine(world, seat);
      fireTimers(world, seat);
    }
    deliverMessages(world, dice);
    await settle(world);
    await finishUnderWay(world);
    await settle(world);
    sendAnswers(world, dice);
  }
};

const underWay = ({ asks, network, open, seats }: World) => ({
  asks: [...asks].map(({ asked }) => asked).slice(0, 3),
  ...{ messages: network.length, open: open.size },
  engines: seats.map(({ engine, wire }) => ({ isOpen: engine !== undefined, idle: isIdle(wire) })),
});

const playTurn = async (world: World, { seed }: PlayOptions): Promise<void> => {
  const { auditor, seats, temper, turn } = world;
  const of = (purpose: Purpose) => diceOf(seed, turn, purpose);
  const faults = of("faults");
  await passTime(world, of("time"));
  if (faults.chance(temper.flush)) {
    count(auditor, "libraries flushed");
    await world.redis.flush();
  }
  for (const seat of seats) {
    if (seat.engine === undefined && seat.opensAt <= turn) openEngine(world, seat);
    for (const tell of seat.rumours.splice(0)) {
      if (faults.chance(temper.deaf)) count(auditor, "publications unheard");
      else tell();
    }
    fireTimers(world, seat);
    const patrols = faults.chance(temper.patrol);
    tend(world, seat, patrols);
  }
  const traffic = of("traffic");
  askForChanges(world, traffic);
  askInTurn(world, traffic, traffic.below(world.burst + 1));
  const network = of("network");
  retry(world, network);
  deliverMessages(world, network);
  await settle(world);
  const wire = of("wire");
  await redisTurn(world, wire, 1 + wire.below(4));
  sendAnswers(world, of("answers"));
  for (const seat of seats) checkFaults(world, seat);
};

const askForChanges = (world: World, dice: Dice): void => {
  const { accountIds, temper } = world;
  if (dice.chance(temper.publish)) publishNext(world, dice);
  if (dice.chance(temper.profile)) putProfile(world, dice, dice.pick(accountIds));
};

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
/** What is under way is done before it jumps by more: engines allow for some 30 s. */
const jumpUnderWayMsMax = 15 * seconds;

const passTime = async (world: World, dice: Dice): Promise<void> => {
  const { auditor, clock, seats, temper } = world;
  let ms = dice.below(world.turnMsMax);
  const jump = dice.below(dice.pick([jumpUnderWayMsMax, 2 * minutes, 20 * minutes, 8 * hours]));
  if (dice.chance(temper.jump)) {
    count(auditor, "clock jumps");
    ms += jump;
  }
  if (ms > jumpUnderWayMsMax) {
    await finishUnderWay(world);
    await settle(world);
    await finishUnderWay(world);
  }
  clock.now += ms;
  clock.passed += ms;
  for (const seat of seats) {
    const skewMs = dice.below(2 * seconds + 1) - seconds;
    if (!dice.chance(temper.skew)) continue;
    count(auditor, "engine clocks set");
    seat.skewMs = skewMs;
  }
};

/** Whatever is open is answered, whatever is in transit arrives, and every hold ends. */
const finish = async (world: World): Promise<void> => {
  const { auditor, clock, seats } = world;
  world.temper = nothingWrong(world);
  const isQuiet = () =>
    world.asks.size === 0 &&
    world.network.length === 0 &&
    seats.every(({ engine, timers, wire }) => engine && timers.length === 0 && isIdle(wire));
  await calm(world, isQuiet);
  // Transfers that were left go on after a while; then sessions end, which last two days at most.
  for (const laterMs of [10 * seconds, 10 * seconds, 49 * hours, seconds]) {
    clock.now += laterMs;
    clock.passed += laterMs;
    for (const seat of seats) {
      seat.isTending = false;
      tend(world, seat, true);
    }
    await settle(world);
    await calm(world, isQuiet);
    if (auditor.disagreements.length === 0) await compareState(auditor, world.real);
  }
  if (auditor.disagreements.length === 0) await compareEnd(auditor, world.real);
  for (const seat of seats) killEngine(world, seat, Number.POSITIVE_INFINITY);
};
