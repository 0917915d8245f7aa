// Between network elements and engines: requests and answers are lost, doubled, late and out of
// order. Whoever asked waits for a while, then asks another engine the same.

import { resultCodes } from "../../protocol/result-codes.ts";
import type { AnyRequest } from "../direct-engine.ts";
import type { ModelAnswer } from "../model-account.ts";
import { nameOfRequest } from "./asked.ts";
import { auditAnswer, openAsking } from "./audit-answer.ts";
import { noteTarget } from "./audit-transfer.ts";
import { count, disagree, shown } from "./auditor.ts";
import type { Dice } from "./dice.ts";
import type { Ask, Message, Seat, World } from "./world.ts";

/** As long as the client library waits (limits.clientDeadlineMs), and how often it is asked. */
const patienceMs = 5_000;
const triesMax = 5;

export const ask = (
  world: World,
  dice: Dice,
  asked: AnyRequest,
  onEnd: Ask["onEnd"] = () => undefined,
): void => {
  const name = nameOfRequest(asked);
  if (name !== undefined) world.auditor.asked.set(name, asked);
  world.history.push(asked);
  const one: Ask = { asked, name, tries: 0, sentAt: 0, isOver: false, onEnd };
  world.asks.add(one);
  send(world, dice, one);
};

const send = (world: World, dice: Dice, one: Ask): void => {
  const { auditor, temper, turn } = world;
  one.tries++;
  one.sentAt = world.clock.passed;
  if (one.tries > 1) count(auditor, "requests sent again");
  const copies = dice.chance(temper.duplicate) ? 2 : 1;
  if (copies > 1) count(auditor, "requests doubled");
  for (let copy = 0; copy < copies; copy++) {
    if (dice.chance(temper.loss)) {
      count(auditor, "requests lost");
      continue;
    }
    const engine = dice.below(world.seats.length);
    world.network.push({ ask: one, engine, due: turn + lateness(world, dice) });
  }
};

const lateness = ({ auditor, lateTurnsMax, temper }: World, dice: Dice): number => {
  if (!dice.chance(temper.delay)) return 0;
  count(auditor, "messages delayed");
  return 1 + dice.below(lateTurnsMax);
};

/** What is due arrives; where no engine is, the connection is refused. */
export const deliverMessages = (world: World, dice: Dice): void => {
  const { auditor, temper, turn } = world;
  const due = world.network.filter((message) => message.due <= turn);
  world.network = world.network.filter((message) => message.due > turn);
  const isMixed = due.length > 1 && dice.chance(temper.reorder);
  if (isMixed) count(auditor, "turns out of order");
  for (const message of isMixed ? dice.shuffle(due) : due) arrive(world, dice, message);
};

const arrive = (world: World, dice: Dice, message: Message): void => {
  const { ask: one } = message;
  const seat = "engine" in message ? world.seats[message.engine]! : undefined;
  if ("answer" in message) hear(world, one, message.answer);
  else if (seat?.engine !== undefined) hand(world, one, seat);
  else if (!one.isOver && one.tries < triesMax) send(world, dice, one);
};

const hand = (world: World, one: Ask, seat: Seat): void => {
  const { auditor, clock } = world;
  const now = clock.now + seat.skewMs;
  const { ledger } = seat.wire;
  const asking = { ...openAsking(one.asked, one.name, ledger, now), seat };
  if (one.name !== undefined) noteTarget(auditor, one.name, one.asked, now);
  let isAnswered = false;
  world.open.add(asking);
  seat.engine!.ask(one.asked, (octets) => {
    if (isAnswered) disagree(auditor, `${shown(one.asked)} is answered`, "once", "twice");
    isAnswered = true;
    // Nobody hears what a dead process still had to say.
    if (seat.wire.ledger !== ledger) return;
    world.open.delete(asking);
    world.operations++;
    const answer = auditAnswer(auditor, asking, octets);
    world.answers.push({ ask: one, answer });
  });
  // A transfer has steps, and answers in one of them.
  if (asking.door !== undefined && !isAnswered && one.asked.operation !== "transfer") {
    disagree(auditor, `${shown(one.asked)} is let in`, asking.door, "no refusal");
  }
};

/** Answers leave in the turn after they were given, or later, or never. */
export const sendAnswers = (world: World, dice: Dice): void => {
  const { auditor, temper, turn } = world;
  for (const { ask: one, answer } of world.answers.splice(0)) {
    if (dice.chance(temper.loss)) count(auditor, "answers lost");
    else world.network.push({ ask: one, answer, due: turn + 1 + lateness(world, dice) });
  }
};

const hear = (world: World, one: Ask, answer: ModelAnswer): void => {
  if (one.isOver) return;
  const code = resultCodes[answer.code as keyof typeof resultCodes] as
    | { readonly isRetryable: boolean }
    | undefined;
  const isAgain = code?.isRetryable === true && one.tries < triesMax;
  if (isAgain) one.sentAt = world.clock.passed - patienceMs;
  else end(world, one, answer);
};

const end = (world: World, one: Ask, answer: ModelAnswer | undefined): void => {
  one.isOver = true;
  world.asks.delete(one);
  one.onEnd(answer);
};

/** Whoever has waited long enough asks again, or gives up. */
export const retry = (world: World, dice: Dice): void => {
  for (const one of [...world.asks]) {
    if (world.clock.passed - one.sentAt < patienceMs) continue;
    if (one.tries < triesMax) send(world, dice, one);
    else {
      count(world.auditor, "requests given up");
      end(world, one, undefined);
    }
  }
};
