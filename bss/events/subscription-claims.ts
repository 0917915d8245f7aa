// Which subscriptions this process delivers to, so that several share the work and no two deliver
// to one, which would spoil its order: advisory locks, held by one connection of their own. They
// are gone with it, so what a process leaves behind when it dies is taken up at once. The same
// connection hears what others say (event-channel.ts).

import type { Client } from "pg";
import { endConnection, openConnection } from "../db/connection.ts";
import { eventChannel } from "./event-channel.ts";

/** First halves of advisory locks: of processes that deliver, of subscriptions. */
const processesClass = 0x74_6f_6c_70;
const subscriptionsClass = 0x74_6f_6c_64;

const locksOf = `FROM pg_locks WHERE locktype = 'advisory' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
const processesQuery = `SELECT count(*)::int AS processes ${locksOf} AND classid = $1`;
const takenQuery = `SELECT objid::int AS number ${locksOf} AND classid = $1 AND objid <> 0`;
const takeQuery = `
  SELECT number FROM unnest($2::int[]) AS number WHERE pg_try_advisory_lock($1, number)`;

export type SubscriptionClaims = {
  /**
   * Takes what is free of these, up to a fair share; returns what is held and what of it is too
   * much. Rejects when the connection was lost, and with it all that was held.
   */
  balance(numbers: readonly number[]): Promise<Balance>;
  /** Lets others have it. */
  give(number: number): Promise<void>;
  /** Gives all back; the next `balance` begins anew. */
  release(): Promise<void>;
};

export type Balance = { readonly held: ReadonlySet<number>; readonly surplus: readonly number[] };

export type ClaimsOptions = {
  readonly url: string;
  readonly onWord: (payload: string | undefined) => void;
  /** Nothing is held any more. */
  readonly onLost: () => void;
};

export const openSubscriptionClaims = (options: ClaimsOptions): SubscriptionClaims => {
  const held = new Set<number>();
  let current: Opened | undefined;

  /** What an earlier connection comes to is of no meaning to the one that took its place. */
  const lose = (which: Opened) => {
    if (current !== which) return;
    held.clear();
    current = undefined;
    options.onLost();
  };
  const open = (): Opened => {
    const opened: Opened = { client: connect(options, () => lose(opened)) };
    return opened;
  };
  const giveUp = (which: Opened) => {
    lose(which);
    return which.client.then(endConnection, () => undefined);
  };
  const take = async (client: Client, numbers: readonly number[], share: number) => {
    const room = share - held.size;
    if (room <= 0) return;
    const taken = await client.query(takenQuery, [subscriptionsClass]);
    const takenNumbers = new Set(taken.rows.map(({ number }) => number));
    const free = numbers.filter((number) => !takenNumbers.has(number)).slice(0, room);
    if (free.length === 0) return;
    const { rows } = await client.query(takeQuery, [subscriptionsClass, free]);
    for (const { number } of rows) held.add(number);
  };
  const balance = async (client: Client, numbers: readonly number[]): Promise<Balance> => {
    const { rows } = await client.query(processesQuery, [processesClass]);
    const share = Math.ceil(numbers.length / Math.max(1, rows[0].processes));
    const wanted = new Set(numbers);
    const gone = [...held].filter((number) => !wanted.has(number));
    await take(client, numbers, share + gone.length);
    const kept = [...held].filter((number) => wanted.has(number));
    return { held, surplus: [...gone, ...kept.slice(share)] };
  };
  /** Whether a connection that fails still holds its locks nobody knows: it goes, and they too. */
  const ask = async <T>(run: (client: Client) => Promise<T>): Promise<T> => {
    current ??= open();
    const opened = current;
    try {
      return await run(await opened.client);
    } catch (error) {
      void giveUp(opened);
      throw error;
    }
  };

  return {
    balance: (numbers) => ask((client) => balance(client, numbers)),
    give: async (number) => {
      if (!held.delete(number)) return;
      const unlock = "SELECT pg_advisory_unlock($1, $2)";
      await ask((client) => client.query(unlock, [subscriptionsClass, number]));
    },
    release: async () => {
      if (current !== undefined) await giveUp(current);
    },
  };
};

type Opened = { readonly client: Promise<Client> };

const connect = async ({ url, onWord }: ClaimsOptions, onLost: () => void): Promise<Client> => {
  const client = await openConnection({ url, name: "tollgate event claims" }, onLost);
  try {
    client.on("notification", ({ payload }) => onWord(payload));
    await client.query(`LISTEN ${eventChannel}`);
    await client.query("SELECT pg_advisory_lock_shared($1, 0)", [processesClass]);
    return client;
  } catch (error) {
    void endConnection(client);
    throw error;
  }
};
