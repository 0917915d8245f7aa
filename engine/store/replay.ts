// The journal carried out once more on an empty Redis, entry by entry: what comes of it is what
// there was, to the octet, for every command takes all it needs from its call and from what it
// finds. Each reply is held against the journal's, so that a journal which does not lead to what it
// says, or a program that does something else than the one that wrote it, is noticed at the entry
// where.
//
// Every entry writes one entry to the new journal, in the same execution, and the same one: so the
// new journal says how far it is, whatever dies when.

import type { Profile } from "../balance/profile.ts";
import { counterMeasure } from "../balance/slots.ts";
import { batchFields, type JournalEntry, otherKinds, valuesOf } from "../cdr/journal-entry.ts";
import { readExpiryEntry } from "../cdr/journal-expiry.ts";
import { successCode } from "../cdr/journal-numbers.ts";
import { notices } from "../protocol/operations.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { splitProfile } from "./profile-terms.ts";
import { packProfile, unpackProfile } from "./profile-value.ts";
import { batchCall, unusedKey } from "./replay-batch.ts";
import { publicationChannel } from "./tariffs.ts";

export type Replay = {
  readonly store: Store;
  readonly shard: number;
  /** As the accounts have them by now; only those that were put since are asked for. */
  readonly readProfile: (accountId: string) => Promise<Profile | undefined>;
};

/**
 * In their order; afterwards the new journal has their entries and no others. The error, one line
 * that names the entry which came out otherwise, means that this Redis is spoilt. Rejects where
 * Redis fails: what was carried out by then are the first of them, and `checkReplayed` says so.
 */
export const replayEntries = async (
  replay: Replay,
  entries: readonly JournalEntry[],
): Promise<Result<void, string>> => {
  const { shard, store } = replay;
  await store.call("XTRIM", keys.journal(shard), "MAXLEN", 0);
  const put = new Map<string, Profile>();
  const outcomes: Promise<string | undefined>[] = [];
  for (const entry of entries) {
    // Commands go out without waiting for each other: one connection keeps their order.
    const { problem } = await begin(replay, put, entry);
    // All of them are looked at when all are out.
    problem.catch(() => undefined);
    outcomes.push(problem);
  }
  const settled = await Promise.allSettled(outcomes);
  const written = Number(await store.call("XLEN", keys.journal(shard)));
  await store.call("DEL", unusedKey(shard));
  const problems = settled.map((one) => (one.status === "fulfilled" ? one.value : undefined));
  const index = problems.findIndex((problem) => problem !== undefined);
  if (index !== -1) return otherwise(shard, entries[index], problems[index]);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed === undefined && written === entries.length) return ok(undefined);
  const checked = await checkReplayed(replay, entries, written);
  if (checked.isOk && failed !== undefined) throw failed.reason;
  return checked;
};

/** That the last `count` entries of the new journal are those, in their order, to the octet. */
export const checkReplayed = async (
  { shard, store }: Replay,
  entries: readonly JournalEntry[],
  count: number,
): Promise<Result<void, string>> => {
  const range = ["XREVRANGE", keys.journal(shard), "+", "-", "COUNT", count] as const;
  const newest = ((await store.call(...range)) ?? []) as readonly [Buffer, Buffer[]][];
  const written = newest.map(([, fields]) => fields).reverse();
  const isSame = (index: number) => {
    const [fields, known] = [written[index]!, entries[index]?.fields];
    return known?.length === fields.length && fields.every((one, at) => one.equals(known[at]!));
  };
  const different = written.findIndex((_, index) => !isSame(index));
  return different === -1 ? ok(undefined) : otherwise(shard, entries[different]);
};

const otherwise = (shard: number, entry: JournalEntry | undefined, problem?: string) => {
  if (entry === undefined) return err(`journal of shard ${shard}: somebody else writes to it`);
  const words = problem ?? "it is carried out otherwise now";
  return err(`journal of shard ${shard}, entry ${entry.journalId}: ${words}`);
};

/** Behind an object: a promise that is returned by an async function would be waited for. */
type Begun = { readonly problem: Promise<string | undefined> };

const begin = async (
  replay: Replay,
  put: Map<string, Profile>,
  entry: JournalEntry,
): Promise<Begun> => {
  try {
    const kind = entry.fields[0]?.toString("latin1");
    if (kind === "q") return { problem: repeatBatch(replay, entry) };
    if (kind === "p")
      return { problem: repeatProfile(replay, put, entry, await before(replay, put, entry)) };
    if (kind === "x") return { problem: repeatExpiry(replay, entry) };
    return { problem: repeatOther(replay, kind ?? "", entry) };
  } catch (error) {
    return { problem: Promise.resolve(error instanceof Error ? error.message : String(error)) };
  }
};

const repeatBatch = async (
  { shard, store }: Replay,
  { journalId, fields }: JournalEntry,
): Promise<string | undefined> => {
  const batch = batchFields(fields);
  const call = batchCall(shard, journalId, batch);
  const reply = (await store.run("apply-batch", call.keys, call.args)) as Buffer;
  return reply.equals(batch.reply) ? undefined : "its operations are answered otherwise now";
};

const before = async (
  { readProfile }: Replay,
  put: Map<string, Profile>,
  { fields }: JournalEntry,
): Promise<Profile | undefined> => {
  const [bytes, id] = valuesOf(fields, ["p", "k", "t"]);
  const accountId = id!.toString("latin1");
  const { version } = unpackProfile(accountId, bytes!);
  return version === 1 ? undefined : (put.get(accountId) ?? (await readProfile(accountId)));
};

const repeatProfile = async (
  { shard, store }: Replay,
  put: Map<string, Profile>,
  { fields }: JournalEntry,
  old: Profile | undefined,
): Promise<string | undefined> => {
  const [bytes, id, at] = valuesOf(fields, ["p", "k", "t"]);
  const accountId = id!.toString("latin1");
  const profile = unpackProfile(accountId, bytes!);
  put.set(accountId, profile);
  const { own, terms, termsId } = splitProfile(profile);
  const { account, journal, terms: termsKey, profile: profileKey } = keys;
  const names = [
    ...[account(shard, accountId), profileKey(shard, accountId)],
    ...[journal(shard), termsKey(shard)],
  ];
  const none = Buffer.alloc(0);
  const [code] = (await store.run("put-account", names, [
    ...[profile.version - 1, packProfile(profile), profile.buckets.length, profile.counters.length],
    ...[none, accountId, Number(at), Buffer.from(countersAnew(old, profile))],
    ...[own, termsId, terms, none, notices.reauthorize.number],
  ])) as [number];
  return code === successCode
    ? undefined
    : `profile ${profile.version} does not follow the one before`;
};

/** Slots whose counter is another one now, or counts something else: it began at nothing. */
const countersAnew = (old: Profile | undefined, { counters }: Profile): readonly number[] =>
  (old?.counters ?? []).flatMap((counter, slot) => {
    if (counter === null) return [];
    const now = counters[slot];
    const isSame = now?.counterId === counter.counterId;
    return isSame && counterMeasure(now!) === counterMeasure(counter) ? [] : [slot];
  });

const repeatExpiry = async (
  { shard, store }: Replay,
  { journalId, fields }: JournalEntry,
): Promise<string | undefined> => {
  const [records, at] = valuesOf(fields, ["x", "t"]);
  const closed = readExpiryEntry(journalId, records!, Number(at));
  const names = [keys.journal(shard), keys.answers(shard)];
  const which = closed.map(({ accountId, id }) => `${accountId} ${id}`);
  const args = [at!, keys.prefix(shard), ...which];
  const written = (await store.run("expire-again", names, args)) as Buffer | null;
  return written?.equals(records!) === true ? undefined : "its sessions are closed otherwise now";
};

const repeatOther = async (
  { shard, store }: Replay,
  kind: string,
  { fields }: JournalEntry,
): Promise<string | undefined> => {
  if (!(kind in otherKinds)) return `it begins with field "${kind}", which is of no known kind`;
  const values = valuesOf(fields, otherKinds[kind as keyof typeof otherKinds]);
  const [first, second, third] = values.map((value) => value.toString("latin1"));
  const journal = keys.journal(shard);
  if (kind === "r") {
    const what = first === "topUps" ? "topUps" : "answers";
    const previous = what === "answers" ? keys.answersPrevious(shard) : keys.topUpsPrevious(shard);
    const names = [keys.sweep(shard), keys[what](shard), previous, journal];
    const turned = await store.run("rotate-answers", names, [third!, second!, what]);
    return turned === 1 ? undefined : "its answers were turned over already";
  }
  if (kind === "t") return repeatTariff(store, journal, values[0]!, values[1]!);
  if (kind === "n") {
    await store.run("number-peers", [keys.peers, journal], [values[0]!]);
    return undefined;
  }
  if (kind === "u") {
    // Uploads go away by themselves, and may begin anew: not by the time that a rebuild takes.
    const isAnew = values[3]!.toString("latin1") === "1";
    // Sent at once, and only then waited for: what comes next is on its way already.
    const emptied = isAnew ? store.call("UNLINK", first!) : undefined;
    const put = store.run("put-rate-deck-part", [first!, journal], [second!, values[2]!, 0]);
    const [, [isChanged]] = (await Promise.all([emptied, put])) as [unknown, [number]];
    return isChanged === 1 ? undefined : "its part of a rate deck is there already";
  }
  return repeatDeck(store, journal, values);
};

const repeatTariff = async (store: Store, journal: string, document: Buffer, tariffId: Buffer) => {
  const names = [
    keys.tariffVersion,
    keys.tariffs,
    keys.latestTariffs,
    keys.latestRateDecks,
    journal,
  ];
  const args = [tariffId, document, publicationChannel, "", "0"];
  const [, isNew] = (await store.run("publish-tariff", names, args)) as [number, number];
  return isNew === 1 ? undefined : "its tariff is published already";
};

const repeatDeck = async (store: Store, journal: string, values: readonly Buffer[]) => {
  const [record, rateDeckId, upload, content, version, changes] = values;
  const names = [
    ...[keys.tariffVersion, keys.rateDecks, keys.latestRateDecks],
    ...[upload!.toString("latin1"), content!.toString("latin1"), journal],
  ];
  const args = [rateDeckId!, record!, publicationChannel, version!, changes!];
  const [, isNew] = (await store.run("publish-rate-deck", names, args)) as [number, number];
  return isNew === 1 ? undefined : "its rate deck comes out otherwise now";
};
