// Where no account can be opened the load says so, and waits for nobody.

import { expect, onTestFinished, test } from "vitest";
import { makeRunFolder } from "../world/run-folder.ts";
import { startWorld } from "../world/world.ts";
import { startLoad } from "./load.ts";

test("says which account cannot be opened when no engine is reached in time", async () => {
  const folder = await makeRunFolder();
  onTestFinished(() => folder.close());
  const world = await startWorld(folder, "always");
  onTestFinished(() => world.stop());
  for (const wire of world.links["element-engine"]) wire.block();
  const options = { seed: 1, accounts: 3, openMsMax: 1_000 };
  await expect(startLoad(world, options)).rejects.toThrow(
    /^the accounts cannot be opened: the tariff: UNREACHABLE /,
  );
  const ending = new AbortController();
  const started = startLoad(world, { seed: 1, accounts: 3, signal: ending.signal });
  const endedAt = performance.now();
  ending.abort();
  await expect(started).rejects.toThrow(/^the accounts cannot be opened: /);
  expect(performance.now() - endedAt).toBeLessThan(2_000);
}, 60_000);
