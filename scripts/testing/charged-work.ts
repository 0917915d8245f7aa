// Work that keeps books: sessions, events and top-ups on accounts of its own, each request repeated
// with its key until its outcome is known. Whatever breaks meanwhile, in the end every account must
// hold exactly what the answers say.

import { expect } from "vitest";
import type { Client } from "../../engine/protocol/client/client.ts";
import { type Refusal, type ResultCode, resultCodes } from "../../engine/protocol/result-codes.ts";
import type { Result } from "../../engine/values/result.ts";
import {
  accountOf,
  answered,
  bucketOf,
  cent,
  eventOf,
  mebi,
  message,
  openAccount,
  readHoldings,
  sessionMessage,
  usageOf,
  web,
} from "./subscribers.ts";

export type ChargedWork = {
  /** Operations that were answered. */
  readonly answered: () => number;
  /** How often a refusal of each code was heard before the answer came. */
  readonly refusals: ReadonlyMap<ResultCode, number>;
  /**
   * Lets every account come to the end of its session, then compares all of them to the answers.
   */
  settle(): Promise<void>;
};

type Books = { credited: number; spent: number; octets: number };

const updatesPerSession = 3;
const pauseMsMax = 20;

/** Starts one worker for each account; the accounts must not be used by anybody else. */
export const startChargedWork = async (
  clients: { readonly network: Client; readonly business: Client },
  ids: readonly string[],
): Promise<ChargedWork> => {
  const refusals = new Map<ResultCode, number>();
  let count = 0;
  let isOver = false;

  /** The answer, however often it takes; only what may be repeated is repeated. */
  const insist = async <A>(ask: () => Promise<Result<A, Refusal>>): Promise<A> => {
    for (;;) {
      const result = await ask();
      if (!result.isOk) refusals.set(result.error.code, (refusals.get(result.error.code) ?? 0) + 1);
      if (result.isOk || !resultCodes[result.error.code].isRetryable) {
        count++;
        return answered(result);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMsMax));
    }
  };

  const workOn = async (id: string, books: Books) => {
    for (let round = 0; !isOver; round++) await playRound(clients, insist, id, round, books);
    return { id, books };
  };

  for (const id of ids) {
    const account = accountOf(id, { buckets: [bucketOf("main", "money")] });
    await openAccount(clients.business, account, { main: 1_000 * cent });
  }
  const workers = ids.map((id) => workOn(id, { credited: 1_000 * cent, spent: 0, octets: 0 }));
  return {
    answered: () => count,
    refusals,
    settle: async () => {
      isOver = true;
      for (const { id, books } of await Promise.all(workers)) {
        expect([id, await readHoldings(clients.network, id)]).toEqual([
          id,
          {
            buckets: { main: [books.credited - books.spent, 0] },
            counters: { "octets-used": books.octets, "money-spent": books.spent },
            openSessions: 0,
          },
        ]);
      }
    },
  };
};

/** A session of some updates, an event and a top-up. */
const playRound = async (
  { network, business }: { readonly network: Client; readonly business: Client },
  insist: <A>(ask: () => Promise<Result<A, Refusal>>) => Promise<A>,
  id: string,
  round: number,
  books: Books,
) => {
  const session = `s-${round}`;
  const opening = sessionMessage(id, session, 0, usageOf(web, 0));
  await insist(() => network.initiate(opening));
  for (let sequence = 1; sequence <= updatesPerSession; sequence++) {
    const report = sessionMessage(id, session, sequence, usageOf(web, 0, mebi));
    books.spent += (await insist(() => network.update(report))).cost;
    books.octets += mebi;
  }
  const closing = sessionMessage(id, session, updatesPerSession + 1, usageOf(web, null, mebi / 2));
  books.spent += (await insist(() => network.terminate(closing))).cost;
  books.octets += mebi / 2;
  const event = eventOf(id, `e-${round}`, { ratingGroup: message, usedUnit: 1 });
  books.spent += (await insist(() => network.event(event))).cost;
  const amount = 13 * cent;
  const topUp = { requestId: `t-${round}`, accountId: id, bucketId: "main", amount };
  await insist(() => business.topUp(topUp));
  books.credited += amount;
};
