// Fills the demo operator in, through the client library like any business system. It may be broken
// off anywhere and started again: what an account still lacks is read from the engine, not from a
// note on this side, so nothing is ever credited twice.

import type { Client } from "../../engine/protocol/client/client.ts";
import type { AnswerOf } from "../../engine/protocol/operations.ts";
import type { Refusal } from "../../engine/protocol/result-codes.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { DemoAccount } from "./accounts.ts";
import { tariffDocument } from "./operator.ts";

export type FillIn = {
  readonly client: Client;
  readonly accounts: readonly DemoAccount[];
  readonly stopping: AbortSignal;
  readonly onProgress: (done: number) => void;
};

export type FilledIn = {
  /** Accounts that were opened or that got what they still lacked. */
  readonly filled: number;
  readonly found: number;
};

/**
 * As many accounts at a time: enough to fill batches, far below what a client may have in flight.
 */
const accountsAtOnce = 64;

export const fillIn = async (work: FillIn): Promise<Result<FilledIn, Refusal>> => {
  const tariff = await work.client.publishTariff({ document: tariffDocument() });
  if (!tariff.isOk) return tariff;
  let next = 0;
  let done = 0;
  let filled = 0;
  let problem: Refusal | null = null;
  const worker = async (): Promise<void> => {
    while (problem === null && !work.stopping.aborted) {
      const account = work.accounts[next];
      if (account === undefined) return;
      next += 1;
      const outcome = await fillAccount(work.client, account);
      if (!outcome.isOk) {
        problem ??= outcome.error;
        return;
      }
      if (outcome.value) filled += 1;
      done += 1;
      work.onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: accountsAtOnce }, worker));
  return problem === null ? ok({ filled, found: done - filled }) : err(problem);
};

/** Whether anything was missing. */
const fillAccount = async (
  client: Client,
  { account, topUps }: DemoAccount,
): Promise<Result<boolean, Refusal>> => {
  const [subscriberIdentifier = ""] = account.subscriberIdentifiers;
  const balance = await client.queryBalance({ subscriberIdentifier });
  if (!balance.isOk && balance.error.code !== "USER_UNKNOWN") return balance;
  if (!balance.isOk) {
    const opened = await client.putAccount(account);
    if (!opened.isOk) return opened;
  }
  const missing = topUps.filter(
    ({ bucketId }) => !balance.isOk || isNeverCredited(balance.value, bucketId),
  );
  const outcomes = await Promise.all(missing.map((topUp) => client.topUp(topUp)));
  const refused = outcomes.find((outcome) => !outcome.isOk);
  return refused ?? ok(missing.length > 0);
};

/**
 * An account that has never been used and has an empty bucket was left behind by a run that was
 * broken off between opening and crediting it. Request ids alone would not do: the engine remembers
 * them for a day only.
 */
const isNeverCredited = (balance: AnswerOf<"queryBalance">, bucketId: string): boolean => {
  const isUsed = balance.openSessions > 0 || balance.counters.some(({ value }) => value > 0);
  const bucket = balance.buckets.find((candidate) => candidate.bucketId === bucketId);
  return !isUsed && bucket !== undefined && bucket.remaining + bucket.reserved === 0;
};
