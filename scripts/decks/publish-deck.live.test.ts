// `npm run deck -- publish` as a process, to a real engine: published, unchanged, interrupted and
// gone on with; refused with a line and an exit code, and nothing changed.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenFiles } from "../supervisor/access-tokens.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import { businessToken, createCleanUp, startEngineHere } from "../testing/engine.ts";
import { startRedis } from "../testing/redis-server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cleanUp = createCleanUp();
let folder: string;
let redis: Redis;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-deck-"));
  const { url } = cleanUp.add(await startRedis());
  const engine = cleanUp.add(await startEngineHere({ redisUrl: url }));
  redis = new Redis(url);
  cleanUp.add({ close: async () => redis.disconnect() });
  const paths = dataFolderPaths(path.join(folder, "data"));
  mkdirSync(paths.tokens, { recursive: true });
  writeFileSync(tokenFiles(paths).business, businessToken);
  env = { TOLLGATE_DATA: path.join(folder, "data"), ENGINE_PORT: String(engine.port) };
});
afterAll(async () => {
  await cleanUp.run();
  rmSync(folder, { recursive: true });
});

type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

type Watched = {
  /** Besides the environment that leads to the engine. */
  readonly other?: Readonly<Record<string, string>>;
  /** Told of everything on standard error so far. */
  readonly onError?: (child: ChildProcess, text: string) => void;
};

const publish = (words: readonly string[], { other = {}, onError }: Watched = {}) =>
  new Promise<Outcome>((resolve) => {
    const command = ["--import", "tsx", path.join("scripts", "decks", "main.ts"), "publish"];
    const child = spawn(process.execPath, [...command, ...words], {
      ...{ cwd: root, env: { ...process.env, ...env, ...other } },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text: Buffer) => {
      stdout += text;
    });
    child.stderr.on("data", (text: Buffer) => {
      stderr += text;
      onError?.(child, stderr);
    });
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });

const fileOf = (name: string, content: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

const manyRows = (count: number) =>
  Array.from({ length: count }, (_, n) => `${100_000 + n},zone-${n % 50}\n`).join("");

test("publishes a spreadsheet's rows, and says so when they are published already", async () => {
  const file = fileOf(
    "world.csv",
    "Zone;Prefix;Name\nFR;33;France\nFR-mobile;336;France, mobile\n",
  );
  const first = await publish([file, "--id", "world"]);
  expect(first.stdout).toBe(
    "world: 2 rows, 2 zones; published: version 1, from publication 1 on\n",
  );
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("uploading: 1 part\n")]);
  const again = await publish([file, "--id", "world"]);
  expect(again.code).toBe(0);
  expect(again.stdout).toContain("published already, and unchanged: version 1");
});

test("publishes a deck file as import and world write it, or tells its bad rows", async () => {
  const deck = '{"deckId":"world","rows":2}\n["","XX"]\n["33","FR","France"]\n';
  const sent = await publish([fileOf("deck.jsonl", deck), "--id", "from-file"]);
  expect([sent.code, sent.stdout]).toEqual([
    0,
    expect.stringMatching(/^from-file: 2 rows, 2 zones; published: version 1, /),
  ]);
  expect(sent.stderr).toContain("deck: line 2 has no prefix: zone XX is for every number that no");
  const bad = fileOf("bad-deck.jsonl", deck.replace('"33"', '"x"'));
  const refused = await publish([bad, "--id", "from-file"]);
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toContain('deck: line 3: prefix "x": digits only');
  const errors = readFileSync(path.join(folder, "bad-deck.errors.csv"), "utf8");
  expect(errors).toContain('"[""x"",""FR"",""France""]"');
  const half = fileOf("half.jsonl", deck.slice(0, 40));
  expect((await publish([half, "--id", "from-file"])).stderr).toMatch(/^deck: .*half\.jsonl: /);
});

test("interrupted it publishes nothing, and the same command goes on", async () => {
  const file = fileOf("large.csv", `prefix,zone\n${manyRows(200_000)}`);
  const onError = (child: ChildProcess, text: string) => {
    if (text.includes("uploading")) child.kill("SIGINT");
  };
  const before = await redis.get("{0}:tariffs:version");
  const interrupted = await publish([file, "--id", "large"], { onError });
  expect(interrupted).toMatchObject({ code: 130, stdout: "" });
  expect(interrupted.stderr).toContain("deck: interrupted; nothing is published");
  expect(await redis.get("{0}:tariffs:version")).toBe(before);
  const done = await publish([file, "--id", "large"]);
  expect(done.stderr).toMatch(/uploading: \d+ parts, \d+ of them before\n/);
  expect([done.code, done.stdout]).toEqual([
    0,
    expect.stringMatching(/^large: 200,000 rows, 50 zones; published: version 1/),
  ]);
});

test("with bad rows it publishes nothing, and puts them into a file", async () => {
  const rows = '=1+2,FR\n336,"=cmd|/C calc"\n33,FR\n33,DE\n4a,DE\n123456789012345678901,X\n';
  const file = fileOf("bad.csv", `prefix,zone\n${rows}`);
  const before = await redis.keys("*");
  const { code, stdout, stderr } = await publish([file, "--id", "bad"]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain('deck: line 2: prefix "=1+2": digits only, without + or 00\n');
  expect(stderr).toContain("deck: 5 bad rows; all of them are in ");
  expect(stderr).toContain("deck: nothing is published\n");
  const errors = readFileSync(path.join(folder, "bad.errors.csv"), "utf8");
  expect(errors).toContain("'=1+2,FR");
  expect((await redis.keys("*")).sort()).toEqual(before.sort());
});

test("a dry run checks, and writes and publishes nothing", async () => {
  const file = fileOf("dry.csv", "prefix,zone\n33,FR\n");
  const before = await redis.keys("*");
  expect(await publish([file, "--id", "dry", "--dry-run"])).toMatchObject({
    ...{ code: 0, stdout: "dry: 1 row, 1 zone; nothing is published\n" },
  });
  const bad = fileOf("dry-bad.csv", "prefix,zone\nx,FR\n");
  expect((await publish([bad, "--id", "dry", "--dry-run"])).code).toBe(1);
  expect(existsSync(path.join(folder, "dry-bad.errors.csv"))).toBe(false);
  const errors = path.join(folder, "named.csv");
  await publish([bad, "--id", "dry", "--dry-run", "--errors", errors]);
  expect(readFileSync(errors, "utf8")).toContain("x,FR");
  expect((await redis.keys("*")).sort()).toEqual(before.sort());
});

test("a wrong command line, no file, no token and no engine each have a line", async () => {
  const file = fileOf("some.csv", "prefix,zone\n33,FR\n");
  const wrong = [[file], ["--id", "a"], [file, "--id", "a b"], [file, file, "--id", "a"]];
  for (const words of wrong) {
    const { code, stderr } = await publish(words);
    expect([words, code, stderr.split("\n").length]).toEqual([words, 2, 2]);
  }
  const none = await publish([path.join(folder, "none.csv"), "--id", "a"]);
  expect(none).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("cannot be read: ENOENT"),
  });
  const other = { TOLLGATE_DATA: path.join(folder, "elsewhere") };
  const noToken = await publish([file, "--id", "a"], { other });
  expect([noToken.code, noToken.stderr]).toEqual([
    1,
    expect.stringContaining("no access token in"),
  ]);
  const away = await publish([file, "--id", "a"], { other: { ENGINE_PORT: "9" } });
  expect([away.code, away.stderr]).toEqual([1, expect.stringContaining("no engine at ws://")]);
});
