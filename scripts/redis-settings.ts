// Where Redis is, for commands that look into it beside a running Tollgate: the engine's own
// settings, and what the first engine that started there has fixed.

import { readConfig } from "../engine/config.ts";
import type { Store } from "../engine/store/connection.ts";
import { keys } from "../engine/store/keys.ts";
import { accountLayout } from "../engine/store/lua-constants.ts";
import { err, ok, type Result } from "../engine/values/result.ts";

/** Of the other settings such a command needs none. */
export const readRedisSettings = (env: NodeJS.ProcessEnv) =>
  readConfig({
    REDIS_URL: env["REDIS_URL"],
    ENGINE_REDIS_CLUSTER: env["ENGINE_REDIS_CLUSTER"],
    ENGINE_PEERS_FILE: "none",
  });

/** How many shards the installation has. */
export const readInstallation = async (store: Store): Promise<Result<number, string>> => {
  const [shards, layout] = (await store.call(
    "HMGET",
    keys.installation,
    "shards",
    "accountLayout",
  )) as (Buffer | null)[];
  if (shards == null || layout == null) return err("no Tollgate has ever run on this Redis");
  if (Number(layout.toString()) !== accountLayout) {
    return err(`accounts have layout ${layout}, this program knows ${accountLayout}`);
  }
  return ok(Number(shards.toString()));
};
