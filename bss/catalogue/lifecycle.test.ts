// The life of a document, and the numbers of its versions, by themselves.

import fc from "fast-check";
import { expect, test } from "vitest";
import { checkDocument } from "./check-document.ts";
import { kindNames } from "./kind-names.ts";
import {
  isDraft,
  isOnOffer,
  isOver,
  lifecycleStatuses,
  lifecycleStatusOf,
  lifecycleTransitions,
  mayBegin,
  mayFollow,
} from "./lifecycle.ts";
import {
  addressOf,
  compareVersions,
  contentChanges,
  isVersion,
  nextVersion,
  readAddress,
} from "./versions.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const statuses = fc.constantFrom(...lifecycleStatuses);
const versions = fc
  .array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("."));

test("a document is a draft, on offer or over, and never two of them", () => {
  for (const status of lifecycleStatuses) {
    const groups = [isDraft(status), isOnOffer(status), isOver(status)];
    expect(groups.filter(Boolean), status).toHaveLength(1);
    expect(mayBegin(status)).toBe(!isOver(status));
  }
});

test("nobody comes back from having been offered, and every way ends", () => {
  for (const status of lifecycleStatuses) {
    for (const next of lifecycleTransitions[status]) {
      if (isOnOffer(status)) expect(isDraft(next)).toBe(false);
      if (isOver(status)) expect(isOver(next)).toBe(true);
    }
  }
  expect(lifecycleTransitions.Rejected).toEqual([]);
  expect(lifecycleTransitions.Obsolete).toEqual([]);
  expect(mayFollow("Launched", "Launched")).toBe(true);
});

test("states are read in the spellings that there are", () => {
  expect(lifecycleStatusOf("In Study")).toBe("In study");
  expect(lifecycleStatusOf("LAUNCHED")).toBe("Launched");
  expect(lifecycleStatusOf("On sale")).toBeUndefined();
  expect(lifecycleStatusOf(7)).toBeUndefined();
});

test(`versions are in one order, and the next one is after all (seed ${seed})`, () => {
  fc.assert(
    fc.property(versions, versions, versions, (a, b, c) => {
      expect(isVersion(a)).toBe(true);
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }
      expect(compareVersions(nextVersion(a), a)).toBeGreaterThan(0);
      expect(readAddress(addressOf("data-10", a))).toEqual({ id: "data-10", version: a });
    }),
    { seed },
  );
  expect(compareVersions("2.0", "10.0")).toBeLessThan(0);
  expect(compareVersions("1", "1.0")).toBe(0);
});

test(`no document leaves its state but by the table (seed ${seed})`, () => {
  const kinds = fc.constantFrom(...kindNames);
  fc.assert(
    fc.property(kinds, statuses, statuses, fc.boolean(), (kind, was, is, isRenamed) => {
      const before = { id: "x", name: "a", lifecycleStatus: was, version: "1.0" };
      const after = { ...before, name: isRenamed ? "b" : "a", lifecycleStatus: is };
      const rooted = kind === "category" ? { isRoot: true } : {};
      const checked = checkDocument(kind, { ...before, ...rooted }, { ...after, ...rooted });
      expect(checked.isOk).toBe(mayFollow(was, is) && (!isRenamed || isDraft(was)));
      expect(checkDocument(kind, undefined, { ...after, ...rooted }).isOk).toBe(mayBegin(is));
    }),
    { seed },
  );
});

test("its end and its state are no other content, its begin is", () => {
  const before = { name: "a", validFor: { startDateTime: "x" }, lifecycleStatus: "Active" };
  const ended = { ...before, validFor: { startDateTime: "x", endDateTime: "y" } };
  expect(contentChanges(before, { ...ended, lifecycleStatus: "Retired" })).toEqual([]);
  expect(contentChanges(before, { ...before, validFor: {} })).toEqual(["validFor"]);
  expect(contentChanges(before, { ...before, name: "b" })).toEqual(["name"]);
});
