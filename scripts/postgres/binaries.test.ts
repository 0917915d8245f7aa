// The packaged programs are found, and the links that npm cannot bring are made once.

import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { completeLinks, findPostgresBinaries } from "./binaries.ts";

const packageWithoutLinks = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-binaries-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const library = path.join(folder, "native", "lib");
  mkdirSync(library, { recursive: true });
  writeFileSync(path.join(library, "libpq.so.5.18"), "");
  const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
  writeFileSync(path.join(folder, "native", "pg-symlinks.json"), JSON.stringify(links));
  return folder;
};

test("the programs of this platform are among the packages", () => {
  const found = findPostgresBinaries();
  expect(found).toMatchObject({ isOk: true });
  if (found.isOk) expect(lstatSync(found.value.postgres).mode & 0o111).not.toBe(0);
});

test("links that are missing are made; a second time nothing happens", () => {
  const folder = packageWithoutLinks();
  completeLinks(folder);
  completeLinks(folder);
  const link = path.join(folder, "native", "lib", "libpq.so.5");
  expect(readlinkSync(link)).toBe("libpq.so.5.18");
});
