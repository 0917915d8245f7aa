// What documents print for others to run, as it is printed, beside the demo operator: the Python of
// PROTOCOL.md, and the first account of README.md.

import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createTrialPlace,
  removeTrialPlace,
  startTrial,
  type TrialPlace,
  type TrialStart,
} from "../supervisor/trial-start.ts";
import { runCommand } from "../testing/run-command.ts";

const python = "python3";
const hasPython = spawnSync(python, ["--version"]).status === 0;
const document = readFileSync(
  new URL("../../engine/protocol/PROTOCOL.md", import.meta.url),
  "utf8",
);
const [client = "", example = ""] = [...document.matchAll(/```python\n(.*?)```/gs)].map(
  ([, text = ""]) => text,
);

let folder: string;
let place: TrialPlace;
let start: TrialStart;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-python-"));
  writeFileSync(path.join(folder, "client.py"), client);
  place = await createTrialPlace();
  start = startTrial(place);
  await start.printed("Ctrl-C stops everything");
});
afterAll(async () => {
  start?.bootstrap.kill("SIGINT");
  await start?.exited;
  removeTrialPlace(place);
  rmSync(folder, { recursive: true, force: true });
});

const runPython = (program: string): Promise<string> =>
  new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, ...place.environment } };
    execFile(python, ["-c", program], options, (_, stdout, stderr) => resolve(stdout + stderr));
  });

test.runIf(hasPython)("the client says what a subscriber has, and charges a session", async () => {
  const lines = (await runPython(example)).trimEnd().split("\n");
  const [mib, euro] = [1024 * 1024, 1_000_000];
  expect(lines).toEqual([
    `demo-00000 has ${2048 * mib} of social, and 0 held`,
    `demo-00000 has ${10_240 * mib} of data, and 0 held`,
    "demo-00000 has 6000 of minutes, and 0 held",
    `demo-00000 has ${10 * euro} of main, and 0 held`,
    `main is ${15 * euro} after 5 EUR were paid in`,
    `2001: ${5 * mib} octets for 3600 s`,
    "1000 octets used, 0 micros to pay",
  ]);
});

test.runIf(hasPython)("a refusal, a wrong token and an engine that is away are told", async () => {
  const opening = example.split("\n\n").slice(0, 2).join("\n");
  const ask = (address: string, token: string, who: string) =>
    runPython(`${opening}\ncall(${address}, ${token}, 5, ["${who}"], 0.3)`);
  expect(await ask("engine", "business", "4915100000000")).toContain(
    "client.Refused: (5030, '4915100000000')",
  );
  expect(await ask("engine", "'wrong'", "msisdn-4915100000000")).toContain(
    "client.Unreachable: HTTP/1.1 401",
  );
  expect(await ask("(engine[0], 1)", "business", "msisdn-4915100000000")).toMatch(
    /client\.Unreachable: .*refused/,
  );
});

test("the first account is opened and topped up once, however often it is run", async () => {
  const env = { ...process.env, ...place.environment, NO_COLOR: "1" };
  for (let time = 0; time < 2; time++) {
    const { code, stderr } = await runCommand("scripts/seed/first-account.ts", [], env);
    expect([code, stderr]).toEqual([0, ""]);
  }
  const { stdout } = await runCommand("scripts/seed/show-balance.ts", ["33612345678"], env);
  expect(stdout).toMatch(/msisdn-33612345678 on account anna/);
  expect(stdout).toMatch(/main +10\.00 EUR\n/);
});
