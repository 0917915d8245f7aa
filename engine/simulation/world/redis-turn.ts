// One turn of Redis: of what engines have sent some is carried out, some replies are handed over,
// connections are lost, and an engine may die between any two of these steps.

import { setImmediate as immediate } from "node:timers/promises";
import { auditBatch } from "./audit-batch.ts";
import { auditCommand } from "./audit-command.ts";
import { count, disagree } from "./auditor.ts";
import type { Dice } from "./dice.ts";
import { killEngine } from "./engines.ts";
import { type Call, cut, deliver, deliverable, type Link, type Reply, waiting } from "./wire.ts";
import type { Seat, World } from "./world.ts";

/** Until engines have done all they can without Redis. */
export const settle = async ({ seats }: World): Promise<void> => {
  const sent = () => seats.reduce((sum, { wire }) => sum + wire.sent, 0);
  for (let quiet = 0, before = sent(); quiet < 2; ) {
    await immediate();
    const after = sent();
    quiet = after === before ? quiet + 1 : 0;
    before = after;
  }
};

const closed = "Connection is closed.";
const refusals = [
  "LOADING Redis is loading the dataset in memory",
  "BUSY Redis is busy running a script.",
  "ERR Function not found",
];
const outOfMemory = "OOM command not allowed when used memory > 'maxmemory'.";

export const redisTurn = async (world: World, dice: Dice, rounds: number): Promise<void> => {
  const isDeadly = dice.chance(world.temper.crash);
  const life: Life = { stepsLeft: isDeadly ? dice.below(12) : Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    const seats = dice.shuffle(world.seats);
    await carryOutAll(
      world,
      seats.flatMap((seat) => choose(world, dice, seat, life)),
    );
    for (const seat of seats) handOver(world, dice, seat, life);
    await settle(world);
  }
};

/** So many steps until the engine dies whose step that would be. */
type Life = { stepsLeft: number };

const dies = (world: World, dice: Dice, seat: Seat, life: Life): boolean => {
  if (life.stepsLeft-- !== 0) return false;
  count(world.auditor, "engines crashed");
  killEngine(world, seat, 1 + dice.below(6));
  return true;
};

/** Of all that is under way, what is carried out now, and in which order. */
const choose = (world: World, dice: Dice, seat: Seat, life: Life): readonly Call[] => {
  const chosen = ghostsOf(seat);
  for (const link of dice.shuffle(waiting(seat.wire))) {
    const most = dice.chance(0.6) ? link.calls.length : 1 + dice.below(4);
    for (let i = 0; i < most && link.calls.length > link.answered; i++) {
      if (dies(world, dice, seat, life)) return chosen;
      const call = link.calls[link.answered++]!;
      const error = refusalOf(world, dice, call);
      if (error === undefined) chosen.push(call);
      else call.reply = { error };
    }
  }
  return chosen;
};

/** Those of lost connections that are still to be carried out, and whose turn has come. */
const ghostsOf = ({ wire: { ghosts } }: Seat): Call[] => {
  const chosen: Call[] = [];
  while (ghosts.length > 0 && ghosts[0]!.turnsLeft-- <= 0) chosen.push(ghosts.shift()!);
  return chosen;
};

const handOver = (world: World, dice: Dice, seat: Seat, life: Life): void => {
  for (const link of dice.shuffle(deliverable(seat.wire))) {
    const isLost = dice.chance(world.temper.cut);
    const most = dice.chance(0.8) ? link.answered : dice.below(link.answered + 1);
    for (let i = 0; i < most; i++) {
      if (dies(world, dice, seat, life)) return;
      // Perhaps some have come before it is lost.
      if (isLost && (i > 0 || dice.chance(0.5))) break;
      deliver(link);
    }
    if (isLost) cutLink(world, dice, seat, link);
  }
};

/** In this order, and told to the auditor in this order; at once, as that costs least. */
const carryOutAll = async (world: World, calls: readonly Call[]): Promise<void> => {
  const { clock, redis } = world;
  const replies = await redis.carryOutAll(
    calls.map(({ asked }) => asked),
    clock.now,
  );
  for (const [index, call] of calls.entries()) {
    const reply = replies[index]!;
    call.reply = reply;
    audit(world, call, reply);
    if (call.isLost) call.onLoss?.();
  }
};

/** As Redis says it, before it does anything. */
const refusalOf = (world: World, dice: Dice, call: Call): Error | undefined => {
  const { auditor, injected, temper } = world;
  const isFull = dice.chance(temper.full / 4);
  const isRefused = dice.chance(temper.refuse / 4);
  if (!isFull && !isRefused) return undefined;
  const isRunning = call.asked.kind === "run";
  const message = isFull && isRunning ? outOfMemory : dice.pick(refusals);
  count(auditor, isFull && isRunning ? "calls out of memory" : "calls refused");
  injected.add(message);
  return Object.assign(new Error(message), { name: "ReplyError" });
};

const audit = ({ auditor, seats }: World, call: Call, reply: Reply): void => {
  const { asked } = call;
  count(auditor, "calls of Redis");
  if ("error" in reply) {
    disagree(auditor, `Redis is asked for ${asked.kind}`, "a reply", String(reply.error));
    return;
  }
  if (asked.kind !== "run") return;
  const { value } = reply;
  if (asked.name === "apply-batch") {
    count(auditor, "batches");
    Object.assign(call, auditBatch(auditor, asked, value as Buffer, call));
  } else auditCommand(auditor, asked, value);
  if (asked.name === "publish-tariff") spreadRumour(seats, value as [number, number]);
};

/** Redis tells all engines; one that hears nothing asks by itself, a second later at most. */
const spreadRumour = (seats: readonly Seat[], [version, isChanged]: [number, number]): void => {
  if (isChanged !== 1) return;
  for (const seat of seats) {
    const { onMessage } = seat;
    if (onMessage === undefined) continue;
    seat.rumours.push(() => onMessage(String(version)));
  }
};

/** Everything on it is lost; what was sent may be carried out all the same, now or later. */
const cutLink = (world: World, dice: Dice, seat: Seat, link: Link): void => {
  const { auditor, injected, temper } = world;
  const { answered } = link;
  injected.add(closed);
  const lost = cut(seat.wire, link, () => new Error(closed));
  count(auditor, "connections cut");
  for (const call of lost.slice(0, answered)) call.onLoss?.();
  const under = lost.slice(answered);
  // What the kernel had taken before arrives, up to some point.
  const arriving = dice.chance(temper.ghost) ? dice.below(under.length + 1) : 0;
  for (const call of under.slice(0, arriving)) {
    seat.wire.ghosts.push(Object.assign(call, { isLost: true, turnsLeft: dice.below(4) }));
    count(auditor, "calls carried out late");
  }
};

/** Before time jumps: nothing is under way for longer than engines allow for. */
export const finishUnderWay = async (world: World): Promise<void> => {
  const links = world.seats.flatMap(({ wire }) => [...wire.links.values()]);
  const ghosts = world.seats.flatMap(({ wire }) => wire.ghosts.splice(0));
  const calls = links.flatMap((link) => link.calls.slice(link.answered));
  await carryOutAll(world, [...ghosts, ...calls]);
  for (const link of links) {
    link.answered = link.calls.length;
    while (link.answered > 0) deliver(link);
  }
};
