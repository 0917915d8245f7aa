// When an account is due, ahead of a moment: each once, and nothing outside of what was asked for.

import { expect, test } from "vitest";
import { dueMoments } from "./due-moments.ts";
import { type Profile, plainBucket } from "./profile.ts";

const day = 86_400_000;
const at = (text: string) => Date.parse(text);
const always = { validFrom: at("2020-01-01T00:00:00Z"), validUntil: at("2040-01-01T00:00:00Z") };

const profileOf = (buckets: readonly Partial<Profile["buckets"][number]>[]): Profile => ({
  ...{ accountId: "anna", version: 1, currency: "EUR", timeZone: "Europe/Berlin" },
  ...{ subscriberIdentifiers: [], products: [], counters: [], rules: [] },
  buckets: buckets.map((bucket, slot) => ({
    ...{ bucketId: `b${slot}`, unit: "octets" as const, priority: 1, ratingGroups: [] },
    ...{ ...plainBucket, ...always, ...bucket },
  })),
});
const monthly = (anchorDay: number) => ({
  ...{ period: { unit: "month", anchorDay, count: 1 } as const, amount: 1, rollover: null },
});
const within = { lateUseMs: 2 * day, ownEnds: [] };

test("each renewal of a year, by the operator's clocks, from the anchor", () => {
  const profile = profileOf([{ renewal: monthly(31) }]);
  const span = { after: at("2027-01-31T00:00:00+01:00"), until: at("2028-01-01T00:00:00Z") };
  const moments = dueMoments(profile, span, within).map((one) => new Date(one).toISOString());
  expect(moments).toEqual([
    ...["2027-02-27T23:00:00.000Z", "2027-03-30T22:00:00.000Z", "2027-04-29T22:00:00.000Z"],
    ...["2027-05-30T22:00:00.000Z", "2027-06-29T22:00:00.000Z", "2027-07-30T22:00:00.000Z"],
    ...["2027-08-30T22:00:00.000Z", "2027-09-29T22:00:00.000Z", "2027-10-30T22:00:00.000Z"],
    ...["2027-11-29T23:00:00.000Z", "2027-12-30T23:00:00.000Z"],
  ]);
});

test("a bucket's end, and when what is left in it expires", () => {
  const validUntil = at("2027-06-01T12:00:00Z");
  const span = { after: at("2027-05-01T00:00:00Z"), until: at("2027-07-01T00:00:00Z") };
  const moments = dueMoments(profileOf([{ validUntil }]), span, within);
  expect(moments).toEqual([validUntil, validUntil + 2 * day]);
});

test("a validity of its own, which the account knows, and nothing outside of the span", () => {
  const span = { after: at("2027-05-01T00:00:00Z"), until: at("2027-05-03T00:00:00Z") };
  const ownEnds = [0, span.after, span.after + 1, span.until, span.until + 1];
  const moments = dueMoments(profileOf([{}]), span, { ...within, ownEnds });
  expect(moments).toEqual([span.after + 1, span.until]);
});
