// A round: some hundred accounts around one moment, their sessions second by second through a real
// engine and through the oracle's books. What is debited must be the same to the micro.

import { readServerMessage } from "../../protocol/messages.ts";
import type { AnswerOf } from "../../protocol/operations.ts";
import { decodeFrame } from "../../protocol/wire.ts";
import { assert } from "../../values/assert.ts";
import { randomFrom } from "../../values/random.ts";
import type { AnyRequest, DirectEngine } from "../direct-engine.ts";
import {
  type BookedSession,
  type Books,
  beginSession,
  bookGrant,
  bookSecond,
  openBooks,
} from "./books.ts";
import { between } from "./deal.ts";
import { type Dealt, dealAccount, type SessionSpec } from "./deal-account.ts";
import { dealMarket, type Market } from "./deal-market.ts";
import { moments } from "./moments.ts";
import { createElement, type NetworkElement } from "./network-element.ts";
import { type Debits, readDebits } from "./read-debits.ts";

/** One session of one account, on both sides. */
type Played = {
  readonly books: Books;
  readonly spec: SessionSpec;
  readonly element: NetworkElement;
  readonly booked: BookedSession;
  readonly messages: AnyRequest[];
  cost: number;
};

export type RoundResult = {
  readonly sessions: number;
  readonly messages: number;
  /** In which something was used. */
  readonly seconds: number;
  /** Changes of the price between two of them. */
  readonly switches: number;
  /** One text each; none: all agree. */
  readonly disagreements: readonly string[];
};

export type RoundOptions = {
  /** On an empty Redis, with `clock` as its clock. */
  readonly engine: DirectEngine;
  readonly clock: { now: number };
  readonly seed: number;
  readonly round: number;
  readonly accounts: number;
};

const secondMs = 1_000;
const marketsPerRound = 24;
/** Of streams of random numbers: the first are those of rounds. */
const roundsMax = 1_000_000;
const accountsMax = 10_000;
/** How long a message is under way. */
const delayMsMax = 900;

export const playRound = async (options: RoundOptions): Promise<RoundResult> => {
  const { engine, clock, seed, round } = options;
  const random = randomFrom(seed, round);
  const moment = moments[round % moments.length]!;
  const markets = Array.from({ length: marketsPerRound }, (_, n) =>
    dealMarket(random, moment, `tariff-${n}`),
  );
  const dealt = Array.from({ length: options.accounts }, (_, n) =>
    dealAccount(random, `account-${n}`, moment, markets),
  );
  const publications = markets.flatMap((market) => market.publications);
  const publish = (from: number, until: number) =>
    publishAll(
      engine,
      publications.filter(({ publishedAt: at }) => from <= at && at < until),
    );
  const first = Math.min(...dealt.map(({ sessions }) => sessions[0]!.beginsAt));
  let at = Math.floor(first / secondMs) * secondMs;
  clock.now = at;
  await publish(0, at);
  await openAll(engine, dealt);
  const played = dealt.flatMap((one, n) => playersOf(one, publications, { seed, round, n }));
  const counts = { messages: 0, seconds: 0 };
  for (; played.some(({ element }) => !element.isOver()); at += secondMs) {
    clock.now = at + between(random, 0, delayMsMax);
    await publish(at, at + secondMs);
    counts.messages += await speakAll(engine, played, at);
    counts.seconds += useAll(played, at);
  }
  assert(engine.faults.length === 0, `no fault: ${engine.faults[0]}`);
  const switches = played.reduce((sum, { booked }) => sum + booked.switches, 0);
  const disagreements = compareAll(played, await readDebits(engine.store));
  return { sessions: played.length, ...counts, switches, disagreements };
};

const publishAll = async (engine: DirectEngine, some: Market["publications"]) => {
  for (const { document } of some) {
    const request = { document: JSON.stringify(document) };
    await engine.handle([{ operation: "publishTariff", request }]);
  }
};

const openAll = async (engine: DirectEngine, dealt: readonly Dealt[]) => {
  await engine.handle(dealt.map(({ account: request }) => ({ operation: "putAccount", request })));
  const topUps = dealt.flatMap(({ account: { accountId }, credit }) =>
    Object.entries(credit).map(([bucketId, amount]) => ({
      operation: "topUp" as const,
      request: { requestId: `credit-${bucketId}`, accountId, bucketId, amount },
    })),
  );
  await engine.handle(topUps);
};

const playersOf = (
  { account, credit, sessions }: Dealt,
  publications: Market["publications"],
  { seed, round, n }: { readonly seed: number; readonly round: number; readonly n: number },
): Played[] => {
  const tariffIds = new Set(account.products.map(({ tariffId }) => tariffId));
  const known = publications.filter(({ document }) => tariffIds.has(document.tariffId));
  const books = openBooks(account, credit, known);
  return sessions.map((spec, index) => {
    // A stream of its own for each: what one does changes nothing for another.
    const random = randomFrom(seed, 2 * (accountsMax * (round + 1) + n) + index + roundsMax);
    const sessionId = `session-${index}`;
    const names = { sessionId, subscriberIdentifier: account.subscriberIdentifiers[0]! };
    return {
      books,
      spec,
      element: createElement(random, names, spec),
      booked: beginSession(spec.ratingGroup, spec.beginsAt),
      messages: [],
      cost: 0,
    };
  });
};

const speakAll = async (engine: DirectEngine, played: readonly Played[], at: number) => {
  const speakers: Played[] = [];
  const requests: AnyRequest[] = [];
  for (const one of played) {
    const request = one.element.speak(at + one.spec.phaseMs);
    if (request === undefined) continue;
    speakers.push(one);
    requests.push(request);
    one.messages.push(request);
  }
  for (const { index, octets } of await engine.handle(requests)) {
    const one = speakers[index]!;
    const answer = answerOf(octets);
    one.cost += answer.cost;
    const heardAt = at + one.spec.phaseMs;
    bookGrant(one.books, one.booked, heardAt, one.element.hear(heardAt, answer));
  }
  return requests.length;
};

const answerOf = (octets: Buffer): AnswerOf<"update"> => {
  const frame = decodeFrame(octets);
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  assert(message.kind === "answer", `an answer, not ${JSON.stringify(message)}`);
  return message.answer as AnswerOf<"update">;
};

const useAll = (played: readonly Played[], at: number): number => {
  let seconds = 0;
  for (const { element, books, booked, spec } of played) {
    const usedAt = at + spec.phaseMs;
    const units = element.use(usedAt);
    if (units === 0) continue;
    bookSecond(books, booked, usedAt, units);
    seconds++;
  }
  return seconds;
};

const compareAll = (played: readonly Played[], debits: Debits): string[] => {
  const wrong: string[] = [];
  for (const { books, booked, cost, spec, messages } of played) {
    const { accountId, buckets } = books.spec;
    const given = debits.get(accountId) ?? [];
    const ofBuckets = buckets.flatMap(({ bucketId }, slot) => {
      const engine = given[slot] ?? 0;
      const oracle = books.buckets.find((one) => one.spec.bucketId === bucketId)!.debited;
      return engine === oracle ? [] : [`${bucketId} gave ${engine}, by the oracle ${oracle}`];
    });
    const ofCost = cost === booked.cost ? [] : [`cost ${cost}, by the oracle ${booked.cost}`];
    if (ofBuckets.length + ofCost.length === 0) continue;
    const what = [...ofCost, ...ofBuckets].join("; ");
    wrong.push([`${accountId}: ${what}`, JSON.stringify({ spec, messages, books })].join("\n"));
  }
  return wrong;
};
