// Runs once before the live tests: makes sure that a redis-server exists, so that a missing one is
// brought a single time and not by every test file at once. The tests start their own servers.

import type { TestProject } from "vitest/node";
import { findRedisServer } from "./redis-binary.ts";

export default async (project: TestProject): Promise<void> => {
  project.provide("redisServer", await findRedisServer());
};
