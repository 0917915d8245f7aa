// The file of keys as `npm start` finds or makes it.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { preparePrivacyKeys } from "./privacy-keys.ts";

const folderOfTest = () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-privacy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { privacyKeys: path.join(folder, "privacy-keys.json") };
};

test("they are made at the first start, for their owner only, and stay", () => {
  const data = folderOfTest();
  expect(preparePrivacyKeys(data, {})).toEqual({ isOk: true, value: data.privacyKeys });
  const text = readFileSync(data.privacyKeys, "utf8");
  expect(statSync(data.privacyKeys).mode & 0o777).toBe(0o600);
  expect(preparePrivacyKeys(data, {}).isOk).toBe(true);
  expect(readFileSync(data.privacyKeys, "utf8")).toBe(text);
});

test("a file of yours is never made, and one that is broken never replaced", () => {
  const data = folderOfTest();
  const env = { PRIVACY_KEYS_FILE: data.privacyKeys };
  expect(preparePrivacyKeys(data, env)).toMatchObject({
    error: { message: expect.stringContaining("cannot be read (ENOENT); put it back") },
  });
  writeFileSync(data.privacyKeys, "{}");
  expect(preparePrivacyKeys(data, {}).isOk).toBe(false);
  expect(readFileSync(data.privacyKeys, "utf8")).toBe("{}");
});
