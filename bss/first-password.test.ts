// The first password: read by nobody but its owner, whatever stood there before.

import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tellFirstPassword } from "./first-password.ts";

const folderOfTest = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-first-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};
const password = { login: "admin", oneTimePassword: "x" };

test("a file that everybody may read does not get it, but gives way to one of its own", () => {
  const file = path.join(folderOfTest(), "first-password");
  writeFileSync(file, "old");
  chmodSync(file, 0o644);
  tellFirstPassword(password, file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toContain("one-time password x");
});

test("a file that cannot be written ends nothing", () => {
  tellFirstPassword(password, path.join(folderOfTest(), "nowhere", "first-password"));
});
