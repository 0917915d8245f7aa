// Profiles and who they belong to, kept in memory. An entry is what the planner needs of an
// account; it may be out of date, and Lua says so (STALE) before anything is charged from it. One
// entry object for each account, however many identifiers lead to it: a batch must not hold an
// account twice.

import type { Profile } from "../balance/profile.ts";
import { limits } from "../limits.ts";
import type { Store } from "./connection.ts";
import { hashOf, keys, shardOf } from "./keys.ts";
import type { KeptPlan } from "./plan-bytes.ts";
import { unpackProfile } from "./profile-value.ts";

export type AccountEntry = {
  readonly shard: number;
  readonly accountKey: string;
  profile: Profile;
  /** Burn plans of this profile. */
  plans: KeptPlan[];
  /** The tariff version that sessions of the account were last seen with; 0: not known. */
  tariffVersion: number;
  /** Used since the last look of the eviction. */
  isRecent: boolean;
};

export type Profiles = ReturnType<typeof createProfiles>;

/** An identifier with this prefix names the account itself. */
export const accountPrefix = "account-";

export const createProfiles = (store: Store, shards: number) => {
  const byIdentifier = new Map<string, AccountEntry>();
  const byAccount = new Map<string, AccountEntry>();

  /** undefined when no account has the identifier. */
  const load = async (identifier: string): Promise<AccountEntry | undefined> => {
    const accountId = await resolve(identifier);
    if (accountId === undefined) return undefined;
    const profile = await read(accountId);
    if (profile === undefined) return undefined;
    const isListed = profile.subscriberIdentifiers.includes(identifier);
    if (!isListed && !identifier.startsWith(accountPrefix)) return undefined;
    return keep(identifier, profile);
  };

  const resolve = async (identifier: string): Promise<string | undefined> => {
    if (identifier.startsWith(accountPrefix)) return identifier.slice(accountPrefix.length);
    const { key, field } = identifierPlace(identifier, shards);
    const owner = (await store.call("HGET", key, field)) as Buffer | null;
    return owner?.toString("latin1");
  };

  const read = async (accountId: string): Promise<Profile | undefined> => {
    const key = keys.profile(shardOf(accountId, shards), accountId);
    const bytes = (await store.call("GET", key)) as Buffer | null;
    return bytes === null ? undefined : unpackProfile(accountId, bytes);
  };

  const keep = (identifier: string, profile: Profile): AccountEntry => {
    const { accountId } = profile;
    let entry = byAccount.get(accountId);
    if (entry === undefined) {
      const shard = shardOf(accountId, shards);
      const accountKey = keys.account(shard, accountId);
      const tariffVersion = 0;
      entry = { shard, accountKey, profile, plans: [], tariffVersion, isRecent: true };
      byAccount.set(accountId, entry);
    } else if (entry.profile.version !== profile.version) {
      // One that was taken away would still lead here, to a profile that is up to date again.
      for (const one of entry.profile.subscriberIdentifiers) byIdentifier.delete(one);
      entry.profile = profile;
      entry.plans = [];
    }
    byIdentifier.set(identifier, entry);
    if (byAccount.size > limits.profilesCachedMax) evict();
    return entry;
  };

  /** Second chance: the oldest entry that nobody used since it was last looked at goes. */
  const evict = () => {
    for (const [accountId, entry] of byAccount) {
      byAccount.delete(accountId);
      if (!entry.isRecent) {
        for (const identifier of entry.profile.subscriberIdentifiers) {
          byIdentifier.delete(identifier);
        }
        byIdentifier.delete(accountPrefix + accountId);
        return;
      }
      entry.isRecent = false;
      byAccount.set(accountId, entry);
    }
  };

  return {
    load,
    read,
    /** From memory; undefined: `load` it. */
    find: (identifier: string): AccountEntry | undefined => {
      const entry = byIdentifier.get(identifier);
      if (entry !== undefined) entry.isRecent = true;
      return entry;
    },
    /** The next look-up of the identifier reads Redis. */
    forget: (identifier: string) => {
      byIdentifier.delete(identifier);
    },
  };
};

/** Identifiers live in many small hashes: 30 octets each instead of 100 for a key of its own. */
export const identifierPlace = (identifier: string, shards: number) => {
  const hash = hashOf(identifier);
  const shard = hash % shards;
  const bucket = Math.floor(hash / shards) % limits.identifierHashesPerShard;
  return { key: keys.identifiers(shard, bucket), field: identifier };
};
