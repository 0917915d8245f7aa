// Calls cost twenty cents a minute from Monday to Friday and five at the weekend. A call that
// begins on Friday night goes on into Saturday.

import { afterAll, beforeAll, expect, test } from "vitest";
import { createCleanUp } from "../../scripts/testing/engine.ts";
import {
  accountWith,
  beginStory,
  bucketWith,
  cent,
  euro,
  type Story,
  tariffWith,
} from "../../scripts/testing/story.ts";

const cleanUp = createCleanUp();
afterAll(cleanUp.run);

const voice = 100;
const tariff = tariffWith(
  [
    {
      ...{ ratingGroup: voice, unit: "seconds", blockUnits: 60, blockPrice: "0.2" },
      ...{ quotaUnits: 600, validityTimeSeconds: 900 },
      prices: [
        {
          ...{ priceId: "weekend", when: { timeBands: ["weekend"] } },
          ...{ blockUnits: 60, blockPrice: "0.05" },
        },
      ],
    },
  ],
  {
    timeBands: [
      { timeBandId: "weekend", days: ["saturday", "sunday"], from: "00:00", until: "24:00" },
    ],
  },
);
/** Two minutes and a half before Saturday. */
const friday = "2027-03-26T23:57:30+01:00";
const saturday = Date.parse("2027-03-27T00:00:00+01:00");

let story: Story;
beforeAll(async () => {
  story = await beginStory(cleanUp, friday);
  await story.publish(tariff);
  for (const name of ["anna", "bruno"]) {
    await story.open(accountWith(name, { buckets: [bucketWith("main", "money")] }), {
      main: 10 * euro,
    });
  }
});

test("a weekend band begins during a call", async () => {
  story.passTo(friday);
  const call = await story.phone("anna", { tellsApart: true }).begin(voice);
  // Ten minutes at once; the network is told that the price changes at midnight.
  expect(call.grant()).toMatchObject({ units: 600, priceChangesAt: saturday });

  // She talks for five minutes and a half: 150 seconds on Friday, 180 on Saturday. Three minutes
  // began on Friday at twenty cents; the third of them is paid whole and lasts until 0:00:30. The
  // other 150 seconds are three minutes at five cents.
  story.passTo("2027-03-27T00:03:00+01:00");
  const before = { used: 150, until: saturday };
  expect(await call.end(180, { before })).toBe(60 * cent + 15 * cent);
  expect((await story.balance("anna")).buckets).toEqual({ main: [9.25 * euro, 0] });
});

test("where the network cannot tell the two apart, the grant ends with Friday", async () => {
  story.passTo(friday);
  const call = await story.phone("bruno").begin(voice);
  expect(call.grant()).toMatchObject({ seconds: 150, priceChangesAt: 0 });

  // The network comes back at midnight sharp: what it reports was used on Friday.
  story.passTo("2027-03-27T00:00:00+01:00");
  expect((await call.report(150)).cost).toBe(60 * cent);
  story.passTo("2027-03-27T00:03:00+01:00");
  expect(await call.end(180)).toBe(60 * cent + 15 * cent);
  await story.expectNoDrift();
});
