// Finding a Redis the way a fresh clone does: from PATH, from an earlier copy, or not at all. The
// copy that is brought from the distribution is the one that these tests run on.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { locateRedis } from "./locate.mjs";

let folder: string;
let lines: string[];
const log = (line: string): void => void lines.push(line);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-locate-"));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that answers --version with `words`. */
const placeProgram = (name: string, words: string): string => {
  const file = path.join(folder, "bin", name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${words}'\n`);
  chmodSync(file, 0o755);
  return file;
};
const searchPath = (): string => path.join(folder, "bin");

test("the Redis of these tests runs and is new enough", () => {
  const { command, environment, version } = inject("redisServer");
  const { stdout } = spawnSync(command, ["--version"], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  expect(stdout).toContain(version);
});

test("takes the redis-server on PATH", async () => {
  const command = placeProgram("redis-server", "Redis server v=7.2.4 sha=0");
  const found = await locateRedis({ dataFolder: folder, log, searchPath: searchPath() });
  expect(found).toEqual({ command, environment: {}, version: "7.2.4" });
  expect(lines).toEqual([]);
});

test("explains why an old one is passed over, and takes Valkey", async () => {
  placeProgram("redis-server", "Redis server v=6.2.14 sha=0");
  const command = placeProgram("valkey-server", "Valkey server v=8.0.1 sha=0");
  const found = await locateRedis({ dataFolder: folder, log, searchPath: searchPath() });
  expect(found.command).toBe(command);
  expect(lines).toEqual([expect.stringMatching(/redis-server is 6\.2\.14; 7\.0\.0 is needed/)]);
});

test("takes an earlier copy, its own or another folder's", async () => {
  const root = path.join(folder, "other", "redis", "unpacked");
  mkdirSync(path.join(root, "root", "usr", "bin"), { recursive: true });
  const command = path.join(root, "root", "usr", "bin", "redis-server");
  writeFileSync(command, "#!/bin/sh\necho Redis server v=7.0.15 sha=0\n", { mode: 0o755 });
  writeFileSync(
    path.join(root, "redis.json"),
    JSON.stringify({ command: "usr/bin/redis-server", libraryFolders: ["usr/lib"] }),
  );
  const found = await locateRedis({
    dataFolder: path.join(folder, "mine"),
    otherFolders: [path.join(folder, "other")],
    log,
    searchPath: searchPath(),
  });
  expect(found).toEqual({
    command,
    environment: { LD_LIBRARY_PATH: path.join(root, "root", "usr", "lib") },
    version: "7.0.15",
  });
});

test("without Redis and without apt the remedy is one line", async () => {
  const outcome = locateRedis({ dataFolder: folder, log, searchPath: searchPath() });
  await expect(outcome).rejects.toThrow(/^no redis-server found\. Remedy: .* REDIS_URL .*$/);
  expect(readdirSync(folder)).toEqual([]);
});
