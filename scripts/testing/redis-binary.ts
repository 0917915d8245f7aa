// Which redis-server tests and bench run: the one that `npm start` would use, found once per
// process. REDIS_URL is not looked at: what tests wipe and crash must be theirs.

import { fileURLToPath } from "node:url";
import { locateRedis } from "../redis/locate.mjs";

/** A command that starts Redis, with the environment (library paths) that it needs. */
export type RedisBinary = {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly version: string;
};

declare module "vitest" {
  export interface ProvidedContext {
    /** What the live tests run on; `inject("redisServer").version` tells what it can do. */
    redisServer: RedisBinary;
  }
}

const dataFolder = (): string =>
  process.env["TOLLGATE_DATA"] ?? fileURLToPath(new URL("../../.tollgate", import.meta.url));

let found: Promise<RedisBinary> | undefined;

/** Finds a Redis, or brings one; rejects with the remedy when neither works. */
export const findRedisServer = (): Promise<RedisBinary> => {
  found ??= locateRedis({
    dataFolder: dataFolder(),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  return found;
};
