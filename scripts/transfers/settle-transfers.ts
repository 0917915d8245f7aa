// `npm run transfers -- --settle`: ends what is in doubt, each by what the journal says of it. The
// engine does it, once; this only looks it up.

import { openProgress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import { amountText } from "../../engine/explain/amount-text.ts";
import type { Client } from "../../engine/protocol/client/client.ts";
import type { Store } from "../../engine/store/connection.ts";
import type { Transit } from "../../engine/store/transit.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { connectAsBusiness } from "../seed/local-client.ts";
import { findArrival } from "./find-arrival.ts";
import type { Standing } from "./list-transits.ts";

/** A line for each; the error: no engine can be asked. */
export const settleTransfers = async (
  store: Store,
  shards: number,
  standings: readonly Standing[],
): Promise<Result<readonly string[], string>> => {
  const inDoubt = standings.filter(({ state }) => state === "inDoubt");
  if (inDoubt.length === 0) return ok(["nothing is in doubt"]);
  const connected = connectAsBusiness();
  if (!connected.isOk) return err(connected.error.message);
  const { client, url } = connected.value;
  try {
    const lines: string[] = [];
    const progress = openProgress();
    for (const { transit } of inDoubt) {
      progress.begin(`looking for ${transit.requestId} in the journal`);
      const arrived = await findArrival(store, shards, transit, (share, entries) =>
        progress.show(share, `${wholeFigure(entries)} entries`),
      );
      progress.end(arrived.isOk ? (arrived.value ? "it came in" : "it never came in") : "not told");
      const outcome = arrived.isOk ? await settle(client, transit, arrived.value) : arrived;
      if (!outcome.isOk && outcome.error === "UNREACHABLE") {
        return err(`no engine at ${url}; start it: npm start`);
      }
      const name = `${transit.requestId} of ${transit.fromAccountId}`;
      lines.push(`${name}: ${outcome.isOk ? outcome.value : `not settled, ${outcome.error}`}`);
    }
    return ok(lines);
  } finally {
    await client.close();
  }
};

const settle = async (
  client: Client,
  { amount, currency, fee, fromAccountId, requestId, unit }: Transit,
  hasArrived: boolean,
): Promise<Result<string, string>> => {
  const answer = await client.settleTransfer({ fromAccountId, requestId, hasArrived });
  if (!answer.isOk) return err(answer.error.code);
  if (hasArrived) return ok("it had arrived, and is over");
  return ok(`it never arrived; ${amountText(amount + fee, unit, currency)} went back`);
};
