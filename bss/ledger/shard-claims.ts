// Which shards this worker follows, so that several share the work and none does it twice: advisory
// locks, held by one connection of their own and gone with it. A claim only spares work. That each
// entry is in the ledger once is for the transaction to say (commit-page.ts).

import type { Client } from "pg";
import { endConnection, openConnection } from "../db/connection.ts";

/** First halves of advisory locks: of workers that there are, of shards that are followed. */
const workersClass = 0x74_6f_6c_77;
const shardsClass = 0x74_6f_6c_73;

const workersQuery = `
  SELECT count(*)::int AS workers FROM pg_locks
  WHERE locktype = 'advisory' AND classid = $1 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

export type ShardClaims = {
  /**
   * Takes free shards up to a fair share, gives back what is above it, and returns all that are
   * held. Where the connection was lost nothing was, and all is claimed anew.
   */
  balance(shards: number): Promise<ReadonlySet<number>>;
  /** Changes with each connection: what was claimed before is not held any more. */
  generation(): number;
  /** Gives all back; the next `balance` begins anew. */
  release(): Promise<void>;
};

export const openShardClaims = (url: string): ShardClaims => {
  const held = new Set<number>();
  let generation = 0;
  let current: Opened | undefined;

  /** What an earlier connection comes to is of no meaning to the one that took its place. */
  const lose = (which: Opened) => {
    if (current !== which) return;
    held.clear();
    generation++;
    current = undefined;
  };
  const open = (): Opened => {
    const opened: Opened = { client: connect(url, () => lose(opened)) };
    return opened;
  };
  const giveUp = (which: Opened) => {
    lose(which);
    return which.client.then(endConnection, () => undefined);
  };
  const give = async (client: Client, shard: number): Promise<void> => {
    held.delete(shard);
    await client.query("SELECT pg_advisory_unlock($1, $2)", [shardsClass, shard]);
  };
  const take = async (client: Client, shard: number): Promise<void> => {
    const locked = "SELECT pg_try_advisory_lock($1, $2) AS is_held";
    const { rows } = await client.query(locked, [shardsClass, shard]);
    if (rows[0].is_held === true) held.add(shard);
  };
  const balance = async (client: Client, shards: number): Promise<void> => {
    const { rows } = await client.query(workersQuery, [workersClass]);
    const share = Math.ceil(shards / Math.max(1, rows[0].workers));
    for (const shard of [...held].slice(share)) await give(client, shard);
    for (let shard = 0; shard < shards && held.size < share; shard++) {
      if (!held.has(shard)) await take(client, shard);
    }
  };

  return {
    balance: async (shards) => {
      current ??= open();
      const opened = current;
      try {
        await balance(await opened.client, shards);
      } catch (error) {
        // Whether it still holds its locks nobody knows: it goes, and they with it.
        void giveUp(opened);
        throw error;
      }
      return held;
    },
    generation: () => generation,
    release: async () => {
      if (current !== undefined) await giveUp(current);
    },
  };
};

type Opened = { readonly client: Promise<Client> };

const connect = async (url: string, onLost: () => void): Promise<Client> => {
  const client = await openConnection({ url, name: "tollgate ledger claims" }, onLost);
  try {
    await client.query("SELECT pg_advisory_lock_shared($1, 0)", [workersClass]);
    return client;
  } catch (error) {
    void endConnection(client);
    throw error;
  }
};
