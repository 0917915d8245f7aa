// Profiles and who they belong to, kept in memory. An entry is what the planner needs of an
// account; it may be out of date, and Lua says so (STALE) before anything is charged from it. One
// entry object for each account, however many identifiers lead to it: a batch must not hold an
// account twice.

import type { Profile } from "../balance/profile.ts";
import { limits } from "../limits.ts";
import { ownString } from "../protocol/wire.ts";
import type { Store } from "./connection.ts";
import type { DuesPlace } from "./due-bytes.ts";
import { hashOf, keys, shardOf } from "./keys.ts";
import type { KeptPlan } from "./plan-bytes.ts";
import { joinProfile, type Made, type SharedTerms } from "./profile-terms.ts";

export type AccountEntry = {
  readonly shard: number;
  readonly accountKey: string;
  profile: Profile;
  /** The profile's, here so that an operation need not touch the profile: mostly it is cold. */
  version: number;
  /** The subscriber identifier named last, and its place in the profile; -1: the account itself. */
  identifier: string;
  identifierPlace: number;
  /** Burn plans and dues; shared by all accounts with the same terms and dates. */
  plans: KeptPlan[];
  dues: DuesPlace;
  /** The tariff version that sessions of the account were last seen with; 0: not known. */
  tariffVersion: number;
  /** Used since the last look of the eviction. */
  isRecent: boolean;
};

export type Profiles = ReturnType<typeof createProfiles>;

/** An identifier with this prefix names the account itself. */
export const accountPrefix = "account-";

type Cache = {
  readonly store: Store;
  readonly shards: number;
  readonly byIdentifier: Map<string, AccountEntry>;
  readonly byAccount: Map<string, AccountEntry>;
  readonly shared: SharedTerms;
  /** Of accounts that were only glanced at: they do not drive out those that are used. */
  readonly glanced: SharedTerms;
};

export const createProfiles = (store: Store, shards: number) => {
  const entries = { byIdentifier: new Map(), byAccount: new Map() };
  const cache: Cache = { store, shards, ...entries, shared: new Map(), glanced: new Map() };
  return {
    /** From Redis; undefined when no account has the identifier. */
    load: (identifier: string) => load(cache, identifier),
    read: async (accountId: string) => (await read(cache, accountId, cache.shared))?.profile,
    /** As it is in Redis now, for this once: what is in memory may be out of date. */
    glance: (accountId: string) => glance(cache, accountId),
    /** From memory; undefined: `load` it. */
    find: (identifier: string): AccountEntry | undefined => {
      const entry = cache.byIdentifier.get(identifier);
      if (entry?.isRecent === false) entry.isRecent = true;
      return entry;
    },
    /** The next look-up of the identifier reads Redis. */
    forget: (identifier: string) => {
      cache.byIdentifier.delete(identifier);
    },
  };
};

const load = async (cache: Cache, identifier: string): Promise<AccountEntry | undefined> => {
  const accountId = await resolve(cache, identifier);
  if (accountId === undefined) return undefined;
  const found = await read(cache, accountId, cache.shared);
  if (found === undefined) return undefined;
  const { profile, made } = found;
  const isListed = profile.subscriberIdentifiers.includes(identifier);
  if (!isListed && !identifier.startsWith(accountPrefix)) return undefined;
  return keep(cache, identifier, profile, made);
};

const resolve = async ({ store, shards }: Cache, identifier: string) => {
  if (identifier.startsWith(accountPrefix)) return identifier.slice(accountPrefix.length);
  const { key, field } = identifierPlace(identifier, shards);
  const owner = (await store.call("HGET", key, field)) as Buffer | null;
  return owner?.toString("latin1");
};

const glance = async (cache: Cache, accountId: string): Promise<AccountEntry | undefined> => {
  const found = await read(cache, accountId, cache.glanced);
  if (found === undefined) return undefined;
  const shard = shardOf(accountId, cache.shards);
  return newEntry(found.profile, found.made, shard, accountPrefix + accountId);
};

const read = async ({ store, shards }: Cache, accountId: string, shared: SharedTerms) => {
  const shard = shardOf(accountId, shards);
  const own = (await store.call("GET", keys.profile(shard, accountId))) as Buffer | null;
  if (own === null) return undefined;
  return joinProfile(accountId, own, shared, async (termsId) => {
    return (await store.call("HGET", keys.terms(shard), termsId)) as Buffer | null;
  });
};

const keep = (cache: Cache, identifier: string, profile: Profile, made: Made): AccountEntry => {
  const { byAccount, byIdentifier } = cache;
  let entry = byAccount.get(profile.accountId);
  if (entry === undefined) {
    entry = newEntry(profile, made, shardOf(profile.accountId, cache.shards), identifier);
    byAccount.set(profile.accountId, entry);
  } else if (entry.profile.version !== profile.version) {
    // One that was taken away would still lead here, to a profile that is up to date again.
    for (const one of entry.profile.subscriberIdentifiers) byIdentifier.delete(one);
    entry.profile = profile;
    entry.version = profile.version;
    entry.plans = made.plans;
    entry.dues = made.dues;
    name(entry, identifier);
  }
  byIdentifier.set(identifier, entry);
  if (byAccount.size > limits.profilesCachedMax) evict(cache);
  return entry;
};

export const newEntry = (
  profile: Profile,
  { plans, dues }: Made,
  shard: number,
  identifier: string,
): AccountEntry => {
  const { accountId, subscriberIdentifiers, version } = profile;
  // One literal: what a spread is followed by stands apart from the object, in cold memory.
  return {
    shard,
    accountKey: ownString(keys.account(shard, accountId)),
    profile,
    version,
    identifier,
    identifierPlace: subscriberIdentifiers.indexOf(identifier),
    plans,
    dues,
    tariffVersion: 0,
    isRecent: true,
  };
};

/** Where the identifier stands in the account's profile; -1: it names the account itself. */
export const placeOf = (entry: AccountEntry, identifier: string): number => {
  if (entry.identifier !== identifier) name(entry, ownString(identifier));
  return entry.identifierPlace;
};

const name = (entry: AccountEntry, identifier: string): void => {
  entry.identifier = identifier;
  entry.identifierPlace = entry.profile.subscriberIdentifiers.indexOf(identifier);
};

/** Second chance: the oldest entry that nobody used since it was last looked at goes. */
const evict = ({ byAccount, byIdentifier }: Cache) => {
  for (const [accountId, entry] of byAccount) {
    byAccount.delete(accountId);
    if (!entry.isRecent) {
      for (const one of entry.profile.subscriberIdentifiers) byIdentifier.delete(one);
      byIdentifier.delete(accountPrefix + accountId);
      return;
    }
    entry.isRecent = false;
    byAccount.set(accountId, entry);
  }
};

/** Identifiers live in many small hashes: 30 octets each instead of 100 for a key of its own. */
export const identifierPlace = (identifier: string, shards: number) => {
  const hash = hashOf(identifier);
  const shard = hash % shards;
  const bucket = Math.floor(hash / shards) % limits.identifierHashesPerShard;
  return { key: keys.identifiers(shard, bucket), field: identifier };
};
