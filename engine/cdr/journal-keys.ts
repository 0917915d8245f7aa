// Where the journal is in Redis, and whose: the keys that the business side reads too. All others
// are in store/keys.ts.

/** A stream; the shard is the hash tag. */
export const journalKey = (shard: number): string => `{${shard}}:journal`;

/** A hash: what must never change (store/installation.ts). */
export const installationKey = "{0}:installation";

/** Its fields. `id` tells one installation from another. */
export const installationFields = ["id", "shards", "accountLayout"] as const;
