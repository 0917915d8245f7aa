// Proves, while the load is at rest, that nothing acknowledged is lost, nothing was done twice,
// nothing is held too long, and that journal, balances and ledger agree.

import { setTimeout as pause } from "node:timers/promises";
import { openDatabase } from "../../../bss/db/connection.ts";
import {
  journalPositionAt,
  openJournalStream,
  positionOf,
  readCommitted,
  readEntriesAfter,
} from "../../../bss/ledger/index.ts";
import { installationKey } from "../../../engine/cdr/journal-keys.ts";
import { audit } from "../../../engine/store/audit.ts";
import { openStore } from "../../../engine/store/connection.ts";
import { keys } from "../../../engine/store/keys.ts";
import { readJournalEnd } from "../../../engine/store/rebuild.ts";
import { countTransits } from "../../../engine/store/transit.ts";
import { ledgerBooks } from "../../journal/ledger-books.ts";
import { wholeJournal } from "../../journal/whole-journal.ts";
import { insist } from "../load/insist.ts";
import type { Load } from "../load/load.ts";
import type { World } from "../world/world.ts";
import type { Allowance } from "./allowance.ts";
import { type Finding, type Holding, judge } from "./judge.ts";
import { ledgerRecords } from "./records.ts";

export type Proof = {
  /** How many journal entries the ledger lacks; below 0: Redis has lost some that it has. */
  lag(): Promise<number>;
  /** How many transfers have begun and not ended. */
  inTransit(): Promise<number>;
  /**
   * Of a Redis that was killed then, and has lost some that the ledger has: when it carried out
   * the first one that it has lost. All in ms since 1970.
   */
  lostSince(killedAt: number): Promise<number>;
  /**
   * Everything of the load and the world, once; rejects when it cannot be seen. `allowance`: what
   * may be missing.
   */
  prove(allowance?: Allowance): Promise<readonly Finding[]>;
  close(): Promise<void>;
};

const queryMsMax = 30_000;

export const openProof = async (world: World, load: Load): Promise<Proof> => {
  const ignore = () => undefined;
  const store = await openStore({ url: world.redisUrl, isCluster: false, onError: ignore });
  const database = openDatabase({ url: world.databaseUrl, name: "chaos", onError: ignore });
  const installation = String(await store.call("HGET", installationKey, "id"));
  const records = ledgerRecords(database);

  const journal = openJournalStream({ url: world.redisUrl, isCluster: false, onError: ignore });

  const committedNow = () => readCommitted(database, 0, installation);
  const lag = async (): Promise<number> => {
    const committed = await committedNow();
    const added = (await readJournalEnd(store, 0)).entries;
    if (committed === undefined) return added;
    const whole = await journal.read({ shard: 0, installation }, committed, 1);
    // Or what was committed then has been let go of meanwhile, as more was committed.
    const isBehind = !whole.isOk && (await committedNow())?.entry === committed.entry;
    return isBehind ? -1 : Math.max(0, added - committed.entries);
  };
  const lostSince = async (killedAt: number): Promise<number> => {
    const range = [keys.journal(0), String(killedAt), "-", "COUNT", 1] as const;
    const [left] = (await store.call("XREVRANGE", ...range)) as [Buffer, Buffer[]][];
    const after = left === undefined ? journalPositionAt(0) : positionOf(String(left[0]));
    const until = journalPositionAt(Date.now());
    const [first] = await readEntriesAfter(database, 0, { after, until }, 1);
    return Number(first?.journalId.split("-")[0] ?? killedAt);
  };
  const holdingsOf = async (): Promise<ReadonlyMap<string, Holding>> => {
    const giveUpAt = performance.now() + queryMsMax;
    const isGivenUp = () => load.asking.isGivenUp() || performance.now() > giveUpAt;
    const holdings = new Map<string, Holding>();
    const ask = async (accountId: string) => {
      const subscriberIdentifier = `msisdn-${accountId}`;
      const query = () => load.network.queryBalance({ subscriberIdentifier });
      const answer = await insist(query, isGivenUp);
      if (!answer.isOk) {
        if (answer.error.code === "USER_UNKNOWN") return;
        throw new Error(`${accountId}: ${answer.error.code} ${answer.error.detail}`);
      }
      const { buckets, openSessions } = answer.value;
      const [main] = buckets;
      const { remaining = 0, reserved = 0 } = main ?? {};
      holdings.set(accountId, { remaining, reserved, openSessions });
    };
    await Promise.all(load.accountIds.map(ask));
    return holdings;
  };
  const driftOf = async (): Promise<readonly string[]> => {
    const whole = { ...store, journal: wholeJournal(store.journal, database, installation) };
    const report = await audit(whole, 1, ignore, ledgerBooks({ database, installation }));
    if (!report.isOk) return [`journal: ${report.error}`];
    return report.value.drifted.map(({ accountId, problems }) => `${accountId}: ${problems[0]}`);
  };
  return {
    lag,
    inTransit: () => countTransits(store, 0),
    lostSince,
    prove: async (allowance) => {
      const now = Date.now();
      const holdings = await holdingsOf();
      const drift = await driftOf();
      const recorded = await records.readOn();
      return judge(load.asking.books, { recorded, holdings, drift, now, allowance });
    },
    close: async () => {
      journal.close();
      await Promise.all([store.close(), database.close()]);
    },
  };
};

/** Until it is true, and how long that took in ms; undefined: not within `msMax`. */
export const timeUntil = async (
  isTrue: () => Promise<boolean>,
  msMax: number,
  signal?: AbortSignal,
): Promise<number | undefined> => {
  const begunAt = performance.now();
  for (;;) {
    if (await isTrue().catch(() => false)) return performance.now() - begunAt;
    if (performance.now() - begunAt > msMax || signal?.aborted) return undefined;
    await pause(50);
  }
};
