// Which document holds when: published so far, in effect, the latest of those.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  lastTariffChange,
  nextTariffChange,
  type OpenSessions,
  type TariffVersion,
  tariffAt,
} from "./tariff.ts";

const published = (
  version: number,
  effectiveFrom: number,
  openSessions: OpenSessions = "keep",
): TariffVersion => ({
  version,
  tariff: { tariffId: `v${version}`, currency: "EUR", effectiveFrom, openSessions },
});

const nameAt = (versions: readonly TariffVersion[], version: number, at: number) =>
  tariffAt(versions, version, at)?.tariff.tariffId;

test("of the documents in effect the one that took effect last holds", () => {
  const versions = [published(1, 100), published(2, 300), published(3, 200)];
  expect(nameAt(versions, 3, 99)).toBeUndefined();
  expect(nameAt(versions, 3, 100)).toBe("v1");
  expect(nameAt(versions, 3, 200)).toBe("v3");
  expect(nameAt(versions, 3, 299)).toBe("v3");
  expect(nameAt(versions, 3, 300)).toBe("v2");
});

test("of two that take effect together the one published later holds", () => {
  const versions = [published(2, 100), published(1, 100)];
  expect(nameAt(versions, 2, 100)).toBe("v2");
});

test("a session that knows publications up to a version does not see later ones", () => {
  const versions = [published(1, 100), published(2, 200)];
  expect(nameAt(versions, 1, 250)).toBe("v1");
  expect(nextTariffChange(versions, 1, 150)).toBe(Number.POSITIVE_INFINITY);
  expect(lastTariffChange(versions, 1, 250)).toBe(100);
});

test("a later publication that open sessions switch to holds for them from its moment on", () => {
  const versions = [published(1, 100), published(2, 200, "switch"), published(3, 300)];
  expect([150, 199, 200, 350].map((at) => nameAt(versions, 1, at))).toEqual([
    ...["v1", "v1", "v2", "v2"],
  ]);
  expect(nextTariffChange(versions, 1, 150)).toBe(200);
  expect(lastTariffChange(versions, 1, 350)).toBe(200);
});

test("between its last and its next change a tariff stays the same", () => {
  const moments = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(
      fc.array(moments, { maxLength: 6 }),
      fc.integer({ min: 0, max: 6 }),
      moments,
      moments,
      fc.array(fc.constantFrom<OpenSessions>("keep", "switch"), { minLength: 6 }),
      (effectiveFrom, version, at, other, open) => {
        const versions = effectiveFrom.map((from, index) =>
          published(index + 1, from, open[index]),
        );
        const from = lastTariffChange(versions, version, at);
        const until = nextTariffChange(versions, version, at);
        expect(from <= at && at < until).toBe(true);
        if (from <= other && other < until) {
          expect(nameAt(versions, version, other)).toBe(nameAt(versions, version, at));
        }
        if (until < Number.POSITIVE_INFINITY) {
          const known = effectiveFrom.filter((_, i) => i < version || open[i] === "switch");
          expect(known).toContain(until);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
