// A profile survives being kept: every field, every time to the millisecond, vacant slots too.

import fc from "fast-check";
import { expect, test } from "vitest";
import { randomProfiles } from "../../scripts/testing/profiles.ts";
import { packProfile, unpackProfile } from "./profile-value.ts";

const ids = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 128 })
  .map((codes) => String.fromCharCode(...codes));
const moments = fc.oneof(
  fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
  fc.integer({ min: 0, max: 8_640_000_000_000 }).map((seconds) => 1_000 * seconds),
  fc.constantFrom(0, 1, 999, 1_000, 1_001, 2 ** 32, 2 ** 32 * 1_000, 8_640_000_000_000_000),
);
const dates = fc.record({ validFrom: moments, validUntil: moments });
const profiles = randomProfiles({ ids, dates });

test("comes back as it was", () => {
  fc.assert(
    fc.property(profiles, (profile) => {
      const bytes = packProfile(profile);
      expect(unpackProfile(profile.accountId, bytes)).toEqual(profile);
      // The same profile is the same octets: that is how putAccount knows that nothing changed.
      expect(packProfile(unpackProfile(profile.accountId, bytes)).equals(bytes)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("no cut of it is taken for a profile", () => {
  fc.assert(
    fc.property(profiles, fc.nat(), (profile, cut) => {
      const bytes = packProfile(profile);
      expect(() => unpackProfile("a", bytes.subarray(0, cut % bytes.length))).toThrow();
    }),
  );
});

test("a profile of a newer layout is refused", () => {
  const [profile] = fc.sample(profiles, 1);
  const bytes = packProfile(profile!);
  bytes[1] = 3;
  expect(() => unpackProfile("anna", bytes)).toThrow("profile of anna: layout 3, known is 2");
});
