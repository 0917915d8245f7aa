// What an installation is and stays: the number of shards decides where every account lives.
// Written by the first engine that starts on an empty Redis; any later one must agree. Its id is
// what the ledger knows its journal by.

import { randomUUID } from "node:crypto";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { accountLayout } from "./lua-constants.ts";

/** The error is one line for the operator. */
export const checkInstallation = async (
  store: Store,
  shards: number,
): Promise<Result<void, string>> => {
  if (Number(await store.call("EXISTS", keys.rebuild)) === 1) {
    return err("this Redis is half rebuilt: npm run rebuild goes on with it");
  }
  const wanted = { shards, accountLayout };
  await store.call("HSETNX", keys.installation, "id", randomUUID());
  for (const [field, value] of Object.entries(wanted)) {
    await store.call("HSETNX", keys.installation, field, String(value));
    const kept = Number(await store.call("HGET", keys.installation, field));
    if (kept !== value) {
      const remedy =
        field === "shards"
          ? `start with ENGINE_SHARDS=${kept}`
          : "start afresh (npm start -- --reset)";
      return err(`this Redis was set up with ${field} ${kept}, not ${value}: ${remedy}`);
    }
  }
  return ok(undefined);
};
