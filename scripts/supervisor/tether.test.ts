// Nothing outlives a supervisor that was killed outright.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { processStart } from "./process-identity.ts";

const tetherFile = fileURLToPath(new URL("tether.ts", import.meta.url));

/** A supervisor in small: starts a sleeper of its own session, tethers it, tells its id. */
const supervisor = `
import { spawn } from "node:child_process";
const { tether } = await import(${JSON.stringify(tetherFile)});
const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
tether(child.pid);
process.stdout.write(String(child.pid));
setInterval(() => {}, 1000);
`;

test("a tethered child ends when its supervisor is killed", async () => {
  const args = ["--import", "tsx", "--input-type=module", "-e", supervisor];
  const parent = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [output] = await once(parent.stdout, "data");
  const pid = Number(String(output));
  expect(processStart(pid)).not.toBeNull();
  parent.kill("SIGKILL");
  while (processStart(pid) !== null) await new Promise((resolve) => setTimeout(resolve, 20));
});
