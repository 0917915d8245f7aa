// Five gigabytes each month. What is left over goes along into the next month, two gigabytes at
// most, and is used first there; then it is gone.

import { expect, test } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import {
  accountWith,
  beginStory,
  bucketWith,
  gigabyte,
  monthly,
  type Story,
  tariffWith,
} from "../../scripts/testing/story.ts";

const data = 10;
const tariff = tariffWith([
  {
    ...{ ratingGroup: data, unit: "octets", blockUnits: 1_000_000, blockPrice: "0.01" },
    ...{ quotaUnits: gigabyte, quotaUnitsMax: 10 * gigabyte, validityTimeSeconds: 3_600 },
  },
]);
const account = accountWith("reader", {
  buckets: [
    bucketWith("left-over", "octets", { priority: 1 }),
    bucketWith("monthly", "octets", {
      priority: 2,
      renewal: {
        ...{ period: monthly, amount: 5 * gigabyte },
        rollover: { bucketId: "left-over", amountMax: 2 * gigabyte, lastsOnePeriod: true },
      },
    }),
  ],
});

const use = async (story: Story, octets: number) => {
  const session = await story.phone("reader").begin(data, octets);
  expect(session.grant().units).toBe(octets);
  await session.end(octets);
};
const bucketsOf = async (story: Story) => (await story.balance("reader")).buckets;

test("an allowance is renewed and rolls over", async () => {
  const story = await beginStory(cleanUpOfTest(), "2027-01-15T12:00:00+01:00");
  await story.publish(tariff);
  await story.open(account);

  // January: five gigabytes are there without anybody having paid them in; one is used.
  expect(await bucketsOf(story)).toEqual({ "left-over": [0, 0], monthly: [5 * gigabyte, 0] });
  await use(story, gigabyte);

  // February: four are left, two of them go along.
  story.passTo("2027-02-01T00:00:00+01:00");
  expect(await bucketsOf(story)).toEqual({
    "left-over": [2 * gigabyte, 0],
    monthly: [5 * gigabyte, 0],
  });
  // They are used first.
  await use(story, 3 * gigabyte);
  expect(await bucketsOf(story)).toEqual({ "left-over": [0, 0], monthly: [4 * gigabyte, 0] });

  // March: two go along again. Nothing is used: in April these two are gone, two others come.
  story.passTo("2027-03-31T23:59:59+02:00");
  const march = { "left-over": [2 * gigabyte, 0], monthly: [5 * gigabyte, 0] };
  expect(await bucketsOf(story)).toEqual(march);
  story.passTo("2027-04-01T00:00:00+02:00");
  expect(await bucketsOf(story)).toEqual(march);
  await use(story, 7 * gigabyte);
  expect(await bucketsOf(story)).toEqual({ "left-over": [0, 0], monthly: [0, 0] });

  // May: nothing was left.
  story.passTo("2027-05-01T00:00:00+02:00");
  expect(await bucketsOf(story)).toEqual({ "left-over": [0, 0], monthly: [5 * gigabyte, 0] });
  await story.expectNoDrift();
});
