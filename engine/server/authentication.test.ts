// Who is let in by token and certificate, reloading while running, and a peers file with mistakes.

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bearerToken, type Credentials, openPeers } from "./authentication.ts";
import { parsePeersFile } from "./peers-file.ts";

const folder = mkdtempSync(join(tmpdir(), "tollgate-peers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const certificate = hash("a certificate");
const entries = [
  { name: "smf-1", role: "network", tokenSha256: hash("smf") },
  { name: "bss", role: "business", tokenSha256: hash("bss").toUpperCase() },
  { name: "by-certificate", role: "network", certificateSha256: certificate },
  { name: "by-both", role: "network", tokenSha256: hash("both"), certificateSha256: hash("x") },
];

let files = 0;
const write = (peers: unknown, file = join(folder, `peers-${files++}.json`)) => {
  writeFileSync(file, JSON.stringify({ peers }));
  return file;
};
const open = (file: string) => {
  const opened = openPeers(file);
  if (!opened.isOk) throw new Error(opened.error.join("; "));
  return opened.value;
};
const problems = (text: string) => {
  const parsed = parsePeersFile(text);
  return parsed.isOk ? [] : parsed.error;
};

describe("identify", () => {
  const peers = open(write(entries));
  const identify = (credentials: Partial<Credentials>) =>
    peers.identify({ token: undefined, certificateSha256: undefined, ...credentials });

  test("knows a peer by its token", () => {
    expect(identify({ token: "smf" })).toEqual({ name: "smf-1", role: "network" });
    expect(identify({ token: "bss" })).toEqual({ name: "bss", role: "business" });
  });

  test("knows a peer by its certificate, when its entry asks for no token", () => {
    expect(identify({ certificateSha256: certificate })?.name).toBe("by-certificate");
  });

  test("wants both where the entry names both", () => {
    expect(identify({ token: "both" })).toBeUndefined();
    expect(identify({ certificateSha256: hash("x") })).toBeUndefined();
    expect(identify({ token: "both", certificateSha256: hash("x") })?.name).toBe("by-both");
  });

  test("never ignores a token: a wrong one refuses also the right certificate", () => {
    expect(identify({ token: "wrong", certificateSha256: certificate })).toBeUndefined();
  });

  test.each(["", "SMF", "smf ", hash("smf"), "wrong"])("refuses the token %j", (token) => {
    expect(identify({ token })).toBeUndefined();
  });

  test("refuses who shows nothing", () => {
    expect(identify({})).toBeUndefined();
  });
});

describe("bearerToken", () => {
  test.each([
    ["Bearer abc", "abc"],
    ["bearer  a-b._~+/c== ", "a-b._~+/c=="],
    ["Basic abc", undefined],
    ["Bearer", undefined],
    ["Bearer a b", undefined],
    ["", undefined],
  ])("%j is %j", (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});

describe("reload", () => {
  test("keeps who stayed the same, drops who was changed or withdrawn, takes who is new", () => {
    const file = write(entries);
    const peers = open(file);
    const by = (token: string) => peers.identify({ token, certificateSha256: undefined });
    const [smf, bss] = [by("smf")!, by("bss")!];
    write([entries[0], { name: "new", role: "network", tokenSha256: hash("new") }], file);
    expect(peers.reload()).toEqual({ isOk: true, value: 2 });
    expect([peers.isCurrent(smf), peers.isCurrent(bss)]).toEqual([true, false]);
    expect([by("smf") === smf, by("bss"), by("new")?.name]).toEqual([true, undefined, "new"]);
  });

  test("keeps everybody when the new file has a problem", () => {
    const file = write(entries);
    const peers = open(file);
    writeFileSync(file, "{");
    expect(peers.reload()).toEqual({ isOk: false, error: [`${file}: not valid JSON`] });
    expect(peers.identify({ token: "smf", certificateSha256: undefined })?.name).toBe("smf-1");
  });

  test("says which file is missing", () => {
    expect(openPeers("/nowhere/peers.json")).toEqual({
      isOk: false,
      error: ["/nowhere/peers.json: cannot be read (ENOENT)"],
    });
  });
});

describe("the peers file", () => {
  test("takes a fingerprint as openssl prints it", () => {
    const colons = certificate.toUpperCase().replace(/..(?=.)/g, "$&:");
    const text = JSON.stringify({
      peers: [{ name: "a", role: "network", certificateSha256: colons }],
    });
    expect(parsePeersFile(text)).toMatchObject({ value: [{ certificateSha256: certificate }] });
  });

  test("reports every problem by the path of its field", () => {
    const tokenSha256 = hash("a");
    const peers = [
      { name: "a", role: "network", tokenSha256 },
      { name: "a", role: "admin", tokenSha256 },
      { name: "no blanks", role: "network", tokenSha256: "s3cret" },
      { name: "b", role: "network", token: "s3cret" },
      "c",
    ];
    expect(problems(JSON.stringify({ peers }))).toEqual([
      "peers[1].role: expected network or business",
      "peers[2].name: expected 1 to 64 letters, digits or one of _ . @ : -",
      "peers[2].tokenSha256: expected a SHA-256 hash of 64 hexadecimal digits",
      'peers[3]: unknown field "token"; expected name, role, tokenSha256, certificateSha256',
      "peers[3]: expected tokenSha256, certificateSha256 or both",
      "peers[4]: expected an object",
      "peers[4].name: expected 1 to 64 letters, digits or one of _ . @ : -",
      "peers[4].role: expected network or business",
      "peers[4]: expected tokenSha256, certificateSha256 or both",
      "peers[1].name: the same as in peers[0]",
      "peers[1].tokenSha256: the same as in peers[0]",
    ]);
  });

  test("refuses the hash of nothing: it is a token that was never set", () => {
    const peers = [{ name: "a", role: "network", tokenSha256: hash("") }];
    expect(problems(JSON.stringify({ peers }))).toEqual([
      "peers[0].tokenSha256: the hash of nothing; hash the token itself",
    ]);
  });

  test.each([
    ["", "not valid JSON"],
    ["s3cret", "not valid JSON"],
    ["[]", 'expected an object {"peers": […]}'],
    ['{"peers": []}', "peers: expected 1 to 1000 entries, got 0"],
  ])("refuses %j", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });
});
