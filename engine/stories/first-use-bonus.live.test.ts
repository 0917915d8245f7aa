// Three gigabytes as a present, for seven days from the first use, whenever that is.

import { expect, test } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import {
  accountWith,
  beginStory,
  bucketWith,
  euro,
  gigabyte,
  megabyte,
  type Story,
  tariffWith,
} from "../../scripts/testing/story.ts";

const data = 10;
const sevenDays = 7 * 24 * 60 * 60;
const tariff = tariffWith([
  {
    ...{ ratingGroup: data, unit: "octets", blockUnits: megabyte, blockPrice: "0.01" },
    ...{ quotaUnits: 100 * megabyte, validityTimeSeconds: 3_600 },
  },
]);
const account = accountWith("guest", {
  buckets: [
    bucketWith("bonus", "octets", { ownValiditySeconds: sevenDays }),
    bucketWith("main", "money"),
  ],
});

const useHundred = async (story: Story) => {
  const session = await story.phone("guest").begin(data);
  return session.end(100 * megabyte);
};
const bucketsOf = async (story: Story) => (await story.balance("guest")).buckets;

test("a bonus valid seven days from its first use", async () => {
  const story = await beginStory(cleanUpOfTest(), "2027-10-20T10:00:00+02:00");
  await story.publish(tariff);
  await story.open(account, { bonus: 3 * gigabyte, main: 5 * euro });

  // It waits for ten days.
  story.passTo("2027-10-30T10:00:00+02:00");
  expect(await bucketsOf(story)).toEqual({ bonus: [3 * gigabyte, 0], main: [5 * euro, 0] });

  // Then it is used for the first time, and its seven days begin: 168 hours, though clocks go back.
  expect(await useHundred(story)).toBe(0);
  story.passTo("2027-11-06T08:00:00+01:00");
  expect(await useHundred(story)).toBe(0);
  expect(await bucketsOf(story)).toEqual({ bonus: [2.8 * gigabyte, 0], main: [5 * euro, 0] });

  // No grant goes on beyond its end.
  story.passTo("2027-11-06T08:30:00+01:00");
  const last = await story.phone("guest").begin(data);
  expect(last.grant()).toMatchObject({ units: 100 * megabyte, seconds: 1_800 });
  expect(await last.end()).toBe(0);

  // At nine it is over; what is left of it is gone, and money pays.
  story.passTo("2027-11-06T09:00:00+01:00");
  expect(await bucketsOf(story)).toEqual({ bonus: [0, 0], main: [5 * euro, 0] });
  expect(await useHundred(story)).toBe(euro);
  await story.expectNoDrift();
});
