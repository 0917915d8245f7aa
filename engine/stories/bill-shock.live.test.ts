// Data abroad is dear. A roamer is warned at 40 euros and stopped at 50, until the month is over or
// the phone is at home again.

import { expect, test } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import {
  accountWith,
  beginStory,
  bucketWith,
  cent,
  counterWith,
  euro,
  megabyte,
  monthly,
  only,
  tariffWith,
} from "../../scripts/testing/story.ts";

const data = 10;
const atHome = { servingNetwork: "26201" };
const inFrance = { servingNetwork: "20801" };
/** A cent a megabyte at home, a euro abroad. */
const tariff = tariffWith(
  [
    {
      ...{ ratingGroup: data, unit: "octets", blockUnits: megabyte, blockPrice: "0.01" },
      ...{ quotaUnits: 10 * megabyte, validityTimeSeconds: 3_600 },
      prices: [
        {
          ...{ priceId: "abroad", when: { networks: ["abroad"] } },
          ...{ blockUnits: megabyte, blockPrice: "1" },
        },
      ],
    },
  ],
  { networks: [{ networkZoneId: "abroad", networks: ["208"] }] },
);
const traveller = accountWith("traveller", {
  buckets: [bucketWith("main", "money")],
  counters: [
    counterWith("roaming", "money", {
      ...{ period: monthly, cap: 50 * euro, eligibility: only({ networks: ["abroad"] }) },
      thresholds: [{ status: "warned", reachedAt: 40 * euro, leftAt: 40 * euro }],
    }),
  ],
});

test("a roamer hits the bill-shock limit", async () => {
  const story = await beginStory(cleanUpOfTest(), "2027-07-10T12:00:00+02:00");
  await story.publish(tariff);
  await story.open(traveller, { main: 200 * euro });

  // Ten megabytes after the other, at a euro each: after the fortieth the status changes.
  const abroad = await story.phone("traveller", inFrance).begin(data);
  for (let tens = 1; tens <= 3; tens++) await abroad.report(10 * megabyte);
  expect((await story.balance("traveller")).status).toEqual({});
  await abroad.report(10 * megabyte);
  expect((await story.balance("traveller")).status).toEqual({ roaming: "warned" });

  // The fiftieth is the last one: what is left of 200 euros does not matter.
  const stopped = await abroad.report(10 * megabyte);
  expect(stopped).toMatchObject({ units: 0, code: "QUOTA_LIMIT_REACHED" });
  expect(await abroad.end()).toBe(50 * euro);
  const shocked = await story.balance("traveller");
  expect(shocked.buckets).toEqual({ main: [150 * euro, 0] });
  expect(shocked.counters).toEqual({ roaming: 50 * euro });

  // Home again the same evening, data goes on at the price of home, and counts for nothing.
  story.passTo("2027-07-10T22:00:00+02:00");
  const home = await story.phone("traveller", atHome).begin(data);
  expect(home.grant()).toMatchObject({ units: 10 * megabyte, code: "SUCCESS" });
  expect(await home.end(10 * megabyte)).toBe(10 * cent);
  expect((await story.balance("traveller")).counters).toEqual({ roaming: 50 * euro });

  // In August the limit begins anew.
  story.passTo("2027-08-01T08:00:00+02:00");
  const august = await story.phone("traveller", inFrance).begin(data);
  expect(august.grant().units).toBe(10 * megabyte);
  expect(await august.end(megabyte)).toBe(euro);
  expect(await story.balance("traveller")).toMatchObject({
    counters: { roaming: euro },
    status: {},
  });
  await story.expectNoDrift();
});
