// Why something cost what it cost, asked over the protocol: a few at a time, each with a bound on
// how much of the journal is read, page by page, so that charging goes on between. What needs more
// is for `npm run explain`, which has no such bound.

import { describe } from "../explain/describe.ts";
import { explainNow } from "../explain/explain-question.ts";
import { explainRecord, type Failure } from "../explain/explain-record.ts";
import type { Explanation } from "../explain/explanation.ts";
import { limits } from "../limits.ts";
import type { AnswerOf, CheckedRequestOf } from "../protocol/operations.ts";
import { type Refusal, type ResultCode, refusal } from "../protocol/result-codes.ts";
import { readValue } from "../store/account-value.ts";
import type { Store } from "../store/connection.ts";
import { readPageBack } from "../store/journal-account.ts";
import { shardOf } from "../store/keys.ts";
import type { Profiles } from "../store/profiles.ts";
import type { Tariffs } from "../store/tariffs.ts";
import { err, ok, type Result } from "../values/result.ts";

type Context = {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly tariffs: Tariffs;
  readonly shards: readonly unknown[];
  readonly now: () => number;
};
type Request = CheckedRequestOf<"explain">;
type Question = NonNullable<Request["question"]>;

/** Of this process. */
let underWay = 0;

export const explain = async (
  context: Context,
  request: Request,
): Promise<Result<AnswerOf<"explain">, Refusal>> => {
  if (underWay >= limits.explanationsAtOnceMax) {
    const why = `${underWay} explanations are under way here`;
    return err(refusal("TOO_BUSY", why, limits.retryAfterMs));
  }
  underWay++;
  try {
    const { accountId, journalId, index, question } = request;
    if (journalId !== null) {
      if (!/^\d{1,16}-\d{1,10}$/.test(journalId)) {
        return err(refusal("INVALID_VALUE", "journalId: expected one such as 1798675200000-0"));
      }
      return answerOf(await explainEntry(context, { accountId, journalId, index }));
    }
    if (question === null) {
      return err(refusal("INVALID_VALUE", "question: there is neither that nor a journalId"));
    }
    return answerOf(await explainUse(context, accountId, question));
  } finally {
    underWay--;
  }
};

type Sought = Parameters<typeof explainRecord>[1];
type Explained = Result<Explanation, Refusal>;

const failureCodes = {
  notFound: "JOURNAL_ENTRY_UNKNOWN",
  tooLong: "EXPLANATION_TOO_LONG",
  cut: "JOURNAL_CUT",
  unreadable: "UNABLE_TO_COMPLY",
} as const satisfies Record<Failure["kind"], ResultCode>;

const explainEntry = async (
  { store, profiles, tariffs, shards }: Context,
  sought: Sought,
): Promise<Explained> => {
  const shard = shardOf(sought.accountId, shards.length);
  const explained = await explainRecord(
    {
      readPage: (accountId, until) =>
        readPageBack(store, shard, accountId, until, limits.explanationPageEntriesMax),
      readProfile: profiles.read,
      get catalogue() {
        return tariffs.catalogue();
      },
      reach: tariffs.reach,
      entriesMax: limits.explanationEntriesMax,
      onProgress: () => undefined,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
    },
    sought,
  );
  if (explained.isOk) return explained;
  const { kind, detail } = explained.error;
  return err(refusal(failureCodes[kind], detail));
};

const explainUse = async (
  { store, profiles, tariffs, shards, now }: Context,
  accountId: string,
  question: Question,
): Promise<Explained> => {
  const sources = {
    readProfile: profiles.read,
    readValue: (id: string) => readValue(store, shardOf(id, shards.length), id),
    ...{ catalogue: tariffs.catalogue(), tariffVersion: tariffs.version(), now: now() },
  };
  const explained = await explainNow(sources, accountId, question);
  if (explained === undefined) return err(refusal("USER_UNKNOWN", accountId));
  if (explained !== "changed") return ok(explained);
  return err(refusal("TOO_BUSY", "the account is being changed", limits.retryAfterMs));
};

const answerOf = (explained: Explained): Result<AnswerOf<"explain">, Refusal> => {
  if (!explained.isOk) return explained;
  const all = describe(explained.value);
  const explanation = all.slice(0, limits.explanationLinesMax).map(({ topic, text }) => {
    return { topic, text: text.slice(0, limits.detailLengthMax) };
  });
  return ok({ isConclusive: explained.value.problems.length === 0, explanation });
};
