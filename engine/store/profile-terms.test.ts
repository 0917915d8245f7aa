// A profile in two parts and back; and what accounts with the same terms share in memory.

import fc from "fast-check";
import { expect, test } from "vitest";
import { randomProfiles } from "../../scripts/testing/profiles.ts";
import { type Profile, plainBucket } from "../balance/profile.ts";
import { joinProfile, type SharedTerms, splitProfile } from "./profile-terms.ts";

const id = fc.stringMatching(/^[!-~]{1,40}$/);
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const dates = fc.record({ validFrom: time, validUntil: time });
const profiles = randomProfiles({ ids: id, dates });

const together: SharedTerms = new Map();
const join = (profile: Profile, shared: SharedTerms = together) => {
  const { own, terms } = splitProfile(profile);
  return joinProfile(profile.accountId, own, shared, async () => terms);
};

test("a profile comes back from its two parts as it was", async () => {
  await fc.assert(
    fc.asyncProperty(profiles, async (profile) => {
      expect((await join(profile)).profile).toEqual(profile);
    }),
  );
});

const anna: Profile = {
  accountId: "anna",
  version: 1,
  currency: "EUR",
  subscriberIdentifiers: ["msisdn-1"],
  products: [{ productId: "p", tariffId: "t", validFrom: 0, validUntil: 86_400_000 }],
  buckets: [
    {
      bucketId: "main",
      unit: "money",
      priority: 1,
      validFrom: 0,
      validUntil: 86_400_001,
      ratingGroups: [],
      ...plainBucket,
    },
  ],
  counters: [],
  timeZone: "UTC",
  rules: [],
};

test("accounts with the same terms and dates share them and their plans", async () => {
  const first = await join(anna);
  const second = await join({ ...anna, accountId: "ben", subscriberIdentifiers: ["msisdn-2"] });
  expect(second.made.plans).toBe(first.made.plans);
  expect(second.profile.buckets).toBe(first.profile.buckets);
});

test("two installations share nothing: their tariffs differ", async () => {
  const first = await join(anna, new Map());
  expect((await join(anna, new Map())).made.plans).not.toBe(first.made.plans);
});

test("another date is another plan, though the terms stay the same", async () => {
  const later = { ...anna, products: [{ ...anna.products[0]!, validUntil: 99_000 }] };
  expect(splitProfile(later).termsId).toBe(splitProfile(anna).termsId);
  expect((await join(later)).made.plans).not.toBe((await join(anna)).made.plans);
});

test("terms that are missing stop the reading, with the account's name", async () => {
  const { own } = splitProfile({ ...anna, currency: "CHF" });
  await expect(joinProfile("anna", own, new Map(), async () => null)).rejects.toThrow(
    /anna.*missing/,
  );
});
