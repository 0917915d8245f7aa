// What is asked in a turn: sessions begin, go on and end; the rest comes between. Elements know
// what they were answered, the business side knows the accounts, nobody what the engines have done.

import { count } from "./auditor.ts";
import { onceKinds, onceRequest } from "./business.ts";
import { profileOf } from "./deck.ts";
import type { Dice } from "./dice.ts";
import {
  type ElementSession,
  newSession,
  sessionMessage,
  strayOf,
  takeAnswer,
} from "./elements.ts";
import { ask } from "./network.ts";
import type { World } from "./world.ts";

/** Sessions that an element has at a time; of an account the engine has a limit of its own. */
const sessionsMax = 400;
const historyMax = 200;
/** An engine that opens reads all of them first. */
const publicationsMax = 24;

export const askInTurn = (world: World, dice: Dice, requests: number): void => {
  for (let i = 0; i < requests; i++) {
    const id = `${world.turn}-${i}`;
    if (dice.chance(world.temper.stray) && world.history.length > 0) {
      count(world.auditor, "strays");
      ask(world, dice, strayOf(dice, dice.pick(world.history.slice(-60))));
    } else if (dice.chance(0.65)) askOfSession(world, dice, id);
    else askOnce(world, dice, id);
  }
  world.history.splice(0, world.history.length - historyMax);
  world.events.splice(0, world.events.length - historyMax);
};

const askOfSession = (world: World, dice: Dice, id: string): void => {
  const { accountIds, auditor, clock, deck, temper } = world;
  world.sessions = world.sessions.filter(({ isOver }) => !isOver);
  const idle = world.sessions.filter(({ isBusy }) => !isBusy);
  const opens = idle.length === 0 || (world.sessions.length < sessionsMax && dice.chance(0.2));
  const session = opens
    ? newSession(dice, deck, dice.pick(accountIds), `s${id}`)
    : dice.pick<ElementSession>(idle);
  if (opens) world.sessions.push(session);
  if (!opens && dice.chance(temper.silence)) {
    count(auditor, "sessions forgotten by elements");
    session.isOver = true;
    return;
  }
  const message = sessionMessage(dice, deck, session, clock.now);
  session.isBusy = true;
  ask(world, dice, message, (answer) => takeAnswer(session, message, answer));
};

const askOnce = (world: World, dice: Dice, id: string): void => {
  const { accountIds, auditor, clock, deck, events } = world;
  const bucketIdsOf = (accountId: string) => bucketIds(world, accountId);
  const requestId = `r${id}`;
  const context = { dice, deck, accountIds, bucketIdsOf, events, requestId, now: clock.now };
  const request = onceRequest(dice.weighed(onceKinds), context);
  if (request.operation === "event") {
    const accountId = request.request.subscriberIdentifier.slice("msisdn-".length);
    events.push({ accountId, requestId });
  }
  count(auditor, `asked: ${request.operation}`);
  ask(world, dice, request);
};

const bucketIds = ({ auditor }: World, accountId: string): readonly string[] => {
  for (const { accounts } of auditor.models) {
    const account = accounts.get(accountId);
    if (account !== undefined) return account.profile.buckets.map(({ bucketId }) => bucketId);
  }
  return [];
};

/** Of an account that is there, or to open it. */
export const putProfile = (world: World, dice: Dice, accountId: string): void => {
  const { auditor, clock, dealt, deck } = world;
  const template = deck.profiles[dealt.profiles % deck.profiles.length]!;
  const name = `put-${dealt.profiles}-${world.turn}`;
  dealt.profiles++;
  const laterMs = clock.now - deck.start;
  const request = profileOf(template, { accountId, name, laterMs });
  const asked = { operation: "putAccount", request } as const;
  auditor.profiles.set(name, asked);
  ask(world, dice, asked);
};

export const publishNext = (world: World, dice: Dice): void => {
  const { auditor, clock, dealt, deck } = world;
  if (dealt.tariffs === publicationsMax) return;
  const template = deck.tariffs[dealt.tariffs % deck.tariffs.length]!;
  dealt.tariffs++;
  const laterMs = clock.now - deck.start;
  const tariff = { ...template, effectiveFrom: template.effectiveFrom + laterMs };
  const document = deck.documentOf(tariff);
  auditor.tariffs.set(document, tariff);
  ask(world, dice, { operation: "publishTariff", request: { document } });
};
