// Finds an operation in the journal and, going backwards from it, as much of its account's past as
// its explanation depends on: at the least the profile and the message before, at the most all
// since the account was opened. Reads in pages, and tries anew whenever what it has has doubled.

import type { Profile } from "../balance/profile.ts";
import { limits } from "../limits.ts";
import type { TariffCatalogue } from "../session/price-plan.ts";
import { type AccountRecord, isOpening, type PageBack } from "../store/journal-account.ts";
import { err, ok, type Result } from "../values/result.ts";
import { explainOperation } from "./explain-operation.ts";
import { explainClosing, explainProfile } from "./explain-other.ts";
import type { Explanation } from "./explanation.ts";
import { type AccountSoFar, applyRecord, beginAccount } from "./replay-account.ts";

export type Sources = {
  /** As store/journal-account.ts, of the account's shard. */
  readonly readPage: (accountId: string, until: string) => Promise<Result<PageBack, string>>;
  /** As it is now: of use where it has not changed since. */
  readonly readProfile: (accountId: string) => Promise<Profile | undefined>;
  readonly catalogue: TariffCatalogue;
  /** So that plans can be made as of this publication. */
  readonly reach: (tariffVersion: number) => Promise<void>;
  /** Journal entries read at most. */
  readonly entriesMax: number;
  readonly onProgress: (entries: number) => void;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
};

export type Sought = {
  readonly accountId: string;
  readonly journalId: string;
  readonly index: number;
};

export type Failure = {
  /** Not there; too much to read; the journal has been cut off; an entry cannot be read. */
  readonly kind: "notFound" | "tooLong" | "cut" | "unreadable";
  readonly detail: string;
};

export const explainRecord = async (
  sources: Sources,
  sought: Sought,
): Promise<Result<Explanation, Failure>> => {
  const { accountId, journalId } = sought;
  const current = await sources.readProfile(accountId);
  /** The latest first. */
  const records: AccountRecord[] = [];
  let entries = 0;
  let tried = 0;
  for (let until: string | undefined = journalId; until !== undefined; ) {
    const page = await sources.readPage(accountId, until);
    if (!page.isOk) return err({ kind: "unreadable", detail: page.error });
    records.push(...page.value.records);
    entries += page.value.entries;
    until = page.value.next;
    sources.onProgress(entries);
    const target = find(records, sought);
    if (target === undefined) return err(notFound(sought));
    const isWhole = records.some(isOpening);
    if (tried === 0) await sources.reach(versionOf(target));
    if (records.length >= 2 * tried || isWhole || until === undefined) {
      tried = records.length;
      const explained = await tryExplain(sources, records, target, current);
      if (explained !== undefined) return ok(explained);
    }
    if (isWhole) return err({ kind: "cut", detail: `account ${accountId} does not begin anew` });
    if (entries >= sources.entriesMax && until !== undefined) {
      return err({ kind: "tooLong", detail: `more than ${sources.entriesMax} entries to read` });
    }
  }
  const detail = `the journal no longer has what led to entry ${journalId}`;
  return err({ kind: "cut", detail });
};

const find = (records: readonly AccountRecord[], { journalId, index }: Sought) =>
  records.find((record) => record.journalId === journalId && record.index === index);

const versionOf = (target: AccountRecord): number =>
  target.kind === "operation" ? target.operation.tariffVersion : 0;

const notFound = ({ accountId, journalId, index }: Sought): Failure => ({
  kind: "notFound",
  detail: `the journal has no operation ${journalId}/${index} of account ${accountId}`,
});

/** Undefined: more of the journal is needed. */
const tryExplain = async (
  { catalogue, pause }: Sources,
  records: readonly AccountRecord[],
  target: AccountRecord,
  current: Profile | undefined,
): Promise<Explanation | undefined> => {
  if (target.kind === "profile") return explainProfile(target.record);
  const before = records.slice(records.indexOf(target) + 1).toReversed();
  const { account, first } = beginWith(before, target, current);
  if (account === undefined) return undefined;
  for (const [index, record] of before.slice(first).entries()) {
    if (index % limits.explanationTurnOperationsMax === 0) await pause();
    applyRecord(account, record);
  }
  if (target.kind === "closed") return explainClosing(account, target);
  const explained = explainOperation(account, catalogue, target.operation);
  return explained.isOk ? explained.value : undefined;
};

/** From the first profile on; or from nothing but the one of today, where it was the same then. */
const beginWith = (
  records: readonly AccountRecord[],
  target: AccountRecord,
  current: Profile | undefined,
): { readonly account: AccountSoFar | undefined; readonly first: number } => {
  const put = records.findIndex(({ kind }) => kind === "profile");
  const record = records[put];
  const first = put + 1;
  if (record?.kind === "profile") {
    const { profile } = record.record;
    return { account: beginAccount(profile, profile.version === 1), first };
  }
  const isCurrent =
    target.kind === "operation" && target.operation.profileVersion === current?.version;
  return { account: isCurrent ? beginAccount(current!, false) : undefined, first };
};
