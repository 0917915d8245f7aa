// A Redis from before 7.0 has no Functions. One that had that command taken away stands in for it.

import { expect, test } from "vitest";
import { startEngineProcess } from "../../scripts/testing/engine.ts";
import { startRedis } from "../../scripts/testing/redis-server.ts";

test("an engine on a Redis without Functions says what is needed, and quotes no Lua", async () => {
  const redis = await startRedis({ extra: ["--rename-command", "FUNCTION", ""] });
  const refusal = await startEngineProcess({ redisUrl: redis.url }).catch(String);
  expect(refusal).toContain("this Redis has no Functions: 7.0 or later is needed");
  expect(refusal).not.toContain("register_function");
  await redis.stop();
});
