// What happens on top of a Tollgate that is up: the demo operator is filled in, or one session is
// charged for show.

import { randomUUID } from "node:crypto";
import { ok } from "../../engine/values/result.ts";
import { demoAccounts, demoSubscribers } from "../seed/accounts.ts";
import { fillIn } from "../seed/fill-in.ts";
import { canConnect, connectLocally } from "../seed/local-client.ts";
import { operatorName, tariffId } from "../seed/operator.ts";
import { createProgress } from "../seed/progress.ts";
import { runSmokeSession } from "../seed/smoke-session.ts";
import { failed, interrupted, type Step } from "./ending.ts";
import type { Settings } from "./settings.ts";
import { bold, print, say } from "./terminal.ts";
import type { Up } from "./tollgate.ts";

/** What the report says of the demo operator; filling in what is there already changes nothing. */
export const fillInDemo = async (
  settings: Settings,
  up: Up,
  stopping: AbortSignal,
): Promise<Step<string>> => {
  if (!canConnect(settings)) {
    say("mutual TLS: without a certificate the demo operator cannot be filled in");
    return ok("without the demo operator");
  }
  const accounts = demoAccounts(demoSubscribers);
  const progress = createProgress(`filling in ${operatorName}`, accounts.length);
  const client = connectLocally(settings, up.tokens.business);
  const onProgress = progress.show;
  const filled = await fillIn({ client, accounts, stopping, onProgress });
  progress.end();
  await client.close();
  if (!filled.isOk) {
    const { code, detail } = filled.error;
    return failed(`the demo operator could not be filled in: ${code} ${detail}`.trimEnd());
  }
  if (stopping.aborted) return interrupted;
  const subscribers = demoSubscribers.toLocaleString("en");
  const isNew = filled.value.found === 0;
  return ok(`${operatorName}: ${subscribers} subscribers, ${isNew ? "new" : "as they were"}`);
};

export const chargeSmokeSession = async (settings: Settings, up: Up): Promise<Step<void>> => {
  if (!canConnect(settings)) {
    return failed("--smoke holds no client certificate; unset ENGINE_TLS_CA_FILE for it");
  }
  const network = connectLocally(settings, up.tokens.network);
  const business = connectLocally(settings, up.tokens.business);
  print(`\n${bold("  One session, charged")}   tariff ${tariffId}\n`);
  const unique = randomUUID();
  const outcome = await runSmokeSession({ network, business, unique, print });
  await Promise.all([network.close(), business.close()]);
  if (!outcome.isOk) return failed(outcome.error);
  print("\n  The books balance: what was used and paid is what left the buckets.\n");
  return ok(undefined);
};
