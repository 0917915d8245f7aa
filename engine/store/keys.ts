// Every Redis key, built here and nowhere else. The shard number is the hash tag: all keys of a
// batch are in one slot, so the same commands run on one Redis and on a Cluster.
//
//   {s}:account:<id>         account value: cells and open sessions (lua/lib/account.lua)
//   {s}:profile:<id>         what the planner knows of the account (profile.ts)
//   {s}:terms                hash: what profiles have in common, by a hash of it (profile-terms.ts)
//   {s}:identifiers:<n>      hash: subscriber identifier → account id, in small hashes
//   {s}:journal              stream of every change of a balance
//   {s}:answers[:previous]   answers of ended sessions and events, two generations
//   {s}:top-ups[:previous]   answers of top-ups, two generations
//   {s}:transits             hash: transfers under way from accounts of the shard (transit.ts)
//   {s}:deadlines:<minute>   list of accounts to look at in that minute
//   {s}:sweep                hash: minute swept, when the answers were last turned over
//   {s}:notices              hash: notices that wait for a network element (lua/lib/notices.lua),
//   {s}:notices:…            and what finds them by session, by peer and by time
//   {0}:peers                hash: name of a network element → its number (peer-numbers.ts)
//   {0}:patrol               hash: where the walk through all accounts stands (walk.ts), …
//   {0}:patrol:turn          an engine has had its turn, for a while
//   {0}:clock                stream: moves of a movable clock (protocol/clock-value.ts)
//   {0}:clock:turn           an engine takes the clock on its way, for a while
//   {0}:installation         hash: what must never change (installation.ts)
//   {0}:rebuild              hash: how far a rebuild is (rebuild.ts); no engine starts beside it
//   {0}:tariffs              hash: tariff version → document
//   {0}:tariffs:version      the latest version of all, tariffs and rate decks
//   {0}:tariffs:latest       hash: tariff id → its latest version
//   {0}:rate-decks           hash: tariff version → record of a deck (rate-deck-record.ts)
//   {0}:rate-decks:latest    hash: rate deck id → its latest tariff version
//   {0}:rate-deck:<content>  hash: part number → lines; never changes
//   {0}:upload:<id>          hash: part number → lines; `changes`: how often it was changed

import { installationKey, journalKey } from "../cdr/journal-keys.ts";
import { clockKey } from "../protocol/clock-value.ts";

const answersKeys = { current: "answers", previous: "answers:previous" };
const topUpKeys = { current: "top-ups", previous: "top-ups:previous" };

const shardPrefix = (shard: number) => `{${shard}}:`;

export const keys = {
  account: (shard: number, accountId: string) => `{${shard}}:account:${accountId}`,
  /** Where the id begins in an account key, counted from 1 as Lua does. */
  accountIdAt: (shard: number) => shardPrefix(shard).length + "account:".length + 1,
  /** For SCAN: the accounts of every shard. */
  accountPattern: "{*}:account:*",
  profile: (shard: number, accountId: string) => `{${shard}}:profile:${accountId}`,
  terms: (shard: number) => `{${shard}}:terms`,
  identifiers: (shard: number, bucket: number) => `{${shard}}:identifiers:${bucket}`,
  journal: journalKey,
  answers: (shard: number) => `{${shard}}:${answersKeys.current}`,
  answersPrevious: (shard: number) => `{${shard}}:${answersKeys.previous}`,
  topUps: (shard: number) => `{${shard}}:${topUpKeys.current}`,
  topUpsPrevious: (shard: number) => `{${shard}}:${topUpKeys.previous}`,
  transits: (shard: number) => `{${shard}}:transits`,
  deadlines: (shard: number, minute: number) => `{${shard}}:deadlines:${minute}`,
  /** For scripts that make keys of their own. */
  prefix: shardPrefix,
  notices: (shard: number) => `{${shard}}:notices`,
  sweep: (shard: number) => `{${shard}}:sweep`,
  peers: "{0}:peers",
  patrol: "{0}:patrol",
  patrolTurn: "{0}:patrol:turn",
  clock: clockKey,
  clockTurn: `${clockKey}:turn`,
  installation: installationKey,
  rebuild: "{0}:rebuild",
  uploadPattern: "{0}:upload:*",
  /** For SCAN: what a rebuild makes anew from the accounts, or leaves out. */
  deadlinesPattern: "{*}:deadlines:*",
  noticesPattern: "{*}:notices*",
  tariffs: "{0}:tariffs",
  tariffVersion: "{0}:tariffs:version",
  latestTariffs: "{0}:tariffs:latest",
  rateDecks: "{0}:rate-decks",
  latestRateDecks: "{0}:rate-decks:latest",
  rateDeck: (content: string) => `{0}:rate-deck:${content}`,
  /** Neither id has a blank. */
  upload: (rateDeckId: string, uploadId: string) => `{0}:upload:${rateDeckId} ${uploadId}`,
} as const;

/** What a rebuild makes anew from the rest, brings along itself, or leaves out. */
export const isMadeAnew = (key: string): boolean =>
  /^\{\d+\}:(?:journal$|deadlines:|notices|identifiers:|installation$|clock|patrol|rebuild)/.test(
    key,
  );

/** Which account a key of the pattern above is; undefined: none of ours. */
export const accountOf = (key: string) => {
  const [, shard, accountId] = /^\{(\d+)\}:account:(.+)$/.exec(key) ?? [];
  return accountId === undefined ? undefined : { shard: Number(shard), accountId };
};

/** FNV-1a, 32 bit: which shard an id lives on, and which small hash of the shard. */
export const hashOf = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

export const shardOf = (id: string, shards: number): number => hashOf(id) % shards;
