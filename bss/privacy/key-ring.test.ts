// The file of keys: made once, added to beside running processes, refused where it is broken.

import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createCipher } from "./cipher.ts";
import { addKey, makeKeyFile } from "./key-file.ts";
import { openKeyRing, readKeys } from "./key-ring.ts";

const fileOfTest = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, "privacy-keys.json");
};

const cipherOf = (file: string) => {
  const ring = openKeyRing(file);
  if (!ring.isOk) throw new Error(ring.error);
  return createCipher(ring.value);
};

test("a file is made once, for its owner only", () => {
  const file = fileOfTest();
  makeKeyFile(file);
  const keys = readKeys(file);
  makeKeyFile(file);
  expect(readKeys(file)).toEqual(keys);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a key that another process added is found, and used from then on", () => {
  const file = fileOfTest();
  makeKeyFile(file);
  const [one, other] = [cipherOf(file), cipherOf(file)];
  const old = one.seal("Ada", "p");
  const added = addKey(file);
  const sealed = cipherOf(file).seal("Ada", "p");
  expect(other.open(sealed, "p")).toEqual({ isOk: true, value: "Ada" });
  expect(added).toEqual({ isOk: true, value: other.newestKeyId() });
  expect(other.open(old, "p")).toEqual({ isOk: true, value: "Ada" });
  expect(one.newestKeyId()).not.toBe(other.newestKeyId());
});

test("a file that was lost or spoilt meanwhile takes no key away", () => {
  const file = fileOfTest();
  makeKeyFile(file);
  const cipher = cipherOf(file);
  const sealed = cipher.seal("Ada", "p");
  const foreign = fileOfTest();
  makeKeyFile(foreign);
  for (const spoil of [() => writeFileSync(file, "{"), () => rmSync(file)]) {
    spoil();
    expect(cipher.open(cipherOf(foreign).seal("Ada", "p"), "p")).toMatchObject({ isOk: false });
    expect(cipher.open(sealed, "p").isOk).toBe(true);
  }
});

const good = { id: "00000001", secret: "A".repeat(43) };
test.each([
  ["{", " is no JSON"],
  ["{}", ": keys: "],
  [JSON.stringify({ keys: [], indexKey: good.secret }), ": keys: "],
  [JSON.stringify({ keys: [good, good], indexKey: good.secret }), ": keys: an id is twice"],
  [
    JSON.stringify({ keys: [{ ...good, secret: "short" }], indexKey: good.secret }),
    ": keys.0.secret: expected 32 octets as base64url",
  ],
  [JSON.stringify({ keys: [{ ...good, id: "1" }], indexKey: good.secret }), ": keys.0.id: "],
  [JSON.stringify({ keys: [good] }), ": indexKey: "],
])("the file %s is refused with the place, and none of its octets", (text, reason) => {
  const file = fileOfTest();
  writeFileSync(file, text);
  const opened = openKeyRing(file);
  expect(opened.isOk ? "" : opened.error).toContain(`${file}${reason}`);
  expect(opened.isOk ? "" : opened.error).not.toContain("short");
});

test("a file that is not there is named", () => {
  expect(readKeys("nowhere.json")).toEqual({
    isOk: false,
    error: "nowhere.json cannot be read (ENOENT)",
  });
});
