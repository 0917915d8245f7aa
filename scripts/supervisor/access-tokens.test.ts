// Access tokens: created once, kept, secret to others, and known to the engine by hash only.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parsePeersFile } from "../../engine/server/peers-file.ts";
import { prepareAccessTokens, tokenFiles } from "./access-tokens.ts";
import { type DataFolder, dataFolderPaths } from "./data-folder.ts";

let data: DataFolder;
beforeEach(() => {
  data = dataFolderPaths(mkdtempSync(path.join(tmpdir(), "tollgate-tokens-")));
  mkdirSync(data.tokens);
});
afterEach(() => rmSync(data.folder, { recursive: true, force: true }));

const peers = () => {
  const parsed = parsePeersFile(readFileSync(data.peers, "utf8"));
  if (!parsed.isOk) throw new Error(parsed.error.join());
  return parsed.value;
};
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("two different tokens, the same on the next start", () => {
  const first = prepareAccessTokens(data);
  expect(prepareAccessTokens(data)).toEqual(first);
  if (!first.isOk) throw new Error("refused");
  expect(first.value.network).not.toBe(first.value.business);
});

test("the engine reads the peers, and finds hashes where tokens would be", () => {
  const tokens = prepareAccessTokens(data);
  if (!tokens.isOk) throw new Error("refused");
  expect(peers()).toMatchObject([
    { name: "demo-network", role: "network", tokenSha256: sha256(tokens.value.network) },
    { name: "demo-business", role: "business", tokenSha256: sha256(tokens.value.business) },
  ]);
  expect(readFileSync(data.peers, "utf8")).not.toContain(tokens.value.network);
});

test("files are their owner's alone", () => {
  prepareAccessTokens(data);
  for (const file of [...Object.values(tokenFiles(data)), data.peers]) {
    expect(statSync(file).mode & 0o077).toBe(0);
  }
});

test("a peer that was added by hand stays", () => {
  const added = { name: "smf-1", role: "network", tokenSha256: sha256("x") };
  prepareAccessTokens(data);
  writeFileSync(data.peers, JSON.stringify({ peers: [added] }));
  prepareAccessTokens(data);
  expect(peers().map(({ name }) => name)).toEqual(["demo-network", "demo-business", "smf-1"]);
});

test.each([
  ["a token file that holds none", () => writeFileSync(tokenFiles(data).network, "short")],
  ["peers that are no list", () => writeFileSync(data.peers, "[]")],
])("%s is told in one line", (_, damage) => {
  prepareAccessTokens(data);
  damage();
  const outcome = prepareAccessTokens(data);
  expect(outcome).toMatchObject({
    isOk: false,
    error: { message: expect.stringMatching(/delete/) },
  });
});
