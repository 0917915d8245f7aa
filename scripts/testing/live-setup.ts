// Runs once before the live tests: makes sure that a redis-server exists, so that a missing one is
// brought a single time and not by every test file at once, and listens for those that need a
// database. The tests start their own Redis servers and share one Postgres.

import type { TestProject } from "vitest/node";
import { listenForPostgres } from "./postgres-of-run.ts";
import { findRedisServer } from "./redis-binary.ts";

export default async (project: TestProject): Promise<() => Promise<void>> => {
  project.provide("redisServer", await findRedisServer());
  const postgres = await listenForPostgres();
  project.provide("postgresSocket", postgres.socketFile);
  return postgres.close;
};
