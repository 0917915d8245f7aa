// What is no part of a batch: accounts, tariffs, rate decks and transfers, rare and several steps
// long, and what is said of notices; explanations.

import { limits } from "../limits.ts";
import type { AnswerOf } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import type { Store } from "../store/connection.ts";
import { accountPrefix, type Profiles } from "../store/profiles.ts";
import { publishRateDeck } from "../store/publish-rate-deck.ts";
import { publishTariff } from "../store/publish-tariff.ts";
import { putAccount } from "../store/put-account.ts";
import { putRateDeckPart } from "../store/rate-deck-upload.ts";
import type { Stopwatch } from "../store/stopwatch.ts";
import { faultOf } from "../store/store-fault.ts";
import type { Tariffs } from "../store/tariffs.ts";
import type { Task } from "../store/task.ts";
import type { Result } from "../values/result.ts";
import type { Administration, AdministrationName, Asker } from "./asker.ts";
import { noticeAcknowledged, noticeRequested } from "./carry-out-notice.ts";
import { carryTransfer, settleTransfer } from "./carry-transfer.ts";
import { explain } from "./explain.ts";

type Context = {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly tariffs: Tariffs;
  readonly shards: readonly unknown[];
  readonly now: () => number;
  readonly stopwatch: Stopwatch;
  readonly onFault: (error: unknown, operations: number) => void;
  readonly submit: (task: Task) => void;
};
type PutAccount = Administration & { readonly operation: "putAccount" };

/** Always answers; all may be sent again: they have keys, or are idempotent by nature. */
export const carryOut = async (context: Context, request: Administration, asker: Asker) => {
  try {
    const outcome = await outcomeOf(context, request, asker.peer);
    if (outcome.isOk) asker.answer(request, outcome.value);
    else asker.refuseRequest(request, outcome.error);
  } catch (error) {
    context.onFault(error, 1);
    const code = faultOf(error) === "outOfMemory" ? "STORE_FULL" : "OUTCOME_UNKNOWN";
    asker.refuseRequest(request, refusal(code, "", limits.retryAfterMs));
  }
};

type Outcome = Result<AnswerOf<AdministrationName>, Refusal>;

const outcomeOf = (context: Context, request: Administration, peer: number): Promise<Outcome> => {
  switch (request.operation) {
    case "putAccount":
      return put(context, request);
    case "publishTariff":
      return publishTariff(context, request.request.document);
    case "putRateDeckPart":
      return putRateDeckPart(context.store, request.request);
    case "publishRateDeck":
      return publishRateDeck(context, request.request);
    case "acknowledgeNotice":
      return noticeAcknowledged(context, request.request, peer);
    case "requestNotice":
      return noticeRequested(context, request);
    case "transfer":
      return carryTransfer(context, request);
    case "settleTransfer":
      return settleTransfer(context, request.request);
    case "explain":
      return explain(context, request.request);
  }
};

const put = async (context: Context, { request }: PutAccount): Promise<Outcome> => {
  const { store, profiles, shards, now, stopwatch } = context;
  const place = { store, profiles, shards: shards.length, now, stopwatch };
  const outcome = await putAccount(place, request);
  if (!outcome.isOk) return outcome;
  profiles.forget(accountPrefix + request.accountId);
  request.subscriberIdentifiers.forEach(profiles.forget);
  return outcome;
};
