// What the journals say of transfers beside what Redis has in transit: shard by shard, each of one
// moment; then over all shards.

import { ok, type Result } from "../values/result.ts";
import { type DriftedAccount, withProblem } from "./audit-drift.ts";
import {
  isUnderWay,
  type OpenTransfers,
  suspectProblem,
  suspectsOf,
  transitProblems,
} from "./audit-transfers.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { unpackTransit } from "./transit.ts";

type Derivations = {
  readonly shards: number;
  /** Takes the derivation of the shard on to the journal's entry `last`. */
  readonly deriveUpTo: (shard: number, last: string) => Promise<Result<void, string>>;
};

/** Adds what is wrong with transfers to the accounts that differ. */
export const compareTransfers = async (
  store: Store,
  transfers: OpenTransfers,
  drifted: readonly DriftedAccount[],
  { shards, deriveUpTo }: Derivations,
): Promise<Result<readonly DriftedAccount[], string>> => {
  let found = drifted;
  const suspects = suspectsOf(transfers);
  for (let shard = 0; shard < shards; shard++) {
    const moment = [keys.journal(shard), keys.transits(shard)];
    const [last, ...fields] = (await store.run("read-transits", moment, [])) as Buffer[];
    const derived = await deriveUpTo(shard, last!.toString("latin1"));
    if (!derived.isOk) return derived;
    const transits = fields.filter((_, index) => index % 2 === 1).map(unpackTransit);
    for (const [accountId, problem] of transitProblems(transfers, shard, transits)) {
      found = withProblem(found, shard, accountId, problem);
    }
  }
  // What was suspected before has had its other steps, if any, before all that was read since.
  for (const open of suspects.flatMap((key) => transfers.byKey.get(key) ?? [])) {
    if (isUnderWay(open)) continue;
    found = withProblem(found, open.shard, open.accountId, suspectProblem(open));
  }
  return ok(found);
};
