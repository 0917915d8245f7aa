// The smoke session in README.md is the one that is charged, amount by amount.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runSmokeSession } from "../seed/smoke-session.ts";
import {
  businessClient,
  createCleanUp,
  networkClient,
  startEngineHere,
} from "../testing/engine.ts";
import { startRedis } from "../testing/redis-server.ts";

test("README.md shows what the smoke session prints", async () => {
  const cleanUp = createCleanUp();
  const redis = cleanUp.add(await startRedis());
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const network = cleanUp.add(networkClient([engine]));
  const business = cleanUp.add(businessClient([engine]));
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const outcome = await runSmokeSession({ network, business, unique: "readme", print });
  await cleanUp.run();
  expect(outcome).toMatchObject({ isOk: true });
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  expect(readme).toContain(lines.join("\n"));
});
