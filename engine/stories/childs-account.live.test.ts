// A child has a gigabyte and twenty euros for calls. Data ends with the gigabyte and never costs
// money.

import { expect, test } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import {
  accountWith,
  beginStory,
  bucketWith,
  cent,
  euro,
  gigabyte,
  megabyte,
  tariffWith,
} from "../../scripts/testing/story.ts";

const data = 10;
const voice = 100;
const tariff = tariffWith([
  {
    ...{ ratingGroup: data, unit: "octets", blockUnits: megabyte, blockPrice: "0.01" },
    ...{ quotaUnits: 400 * megabyte, validityTimeSeconds: 3_600 },
  },
  {
    ...{ ratingGroup: voice, unit: "seconds", blockUnits: 60, blockPrice: "0.1" },
    ...{ quotaUnits: 600, validityTimeSeconds: 3_600 },
  },
]);
const account = accountWith("child", {
  buckets: [
    bucketWith("surfing", "octets", { isBlocker: true, ratingGroups: [data] }),
    bucketWith("main", "money"),
  ],
});

test("a child's account whose data stops at the blocker and never costs money", async () => {
  const story = await beginStory(cleanUpOfTest(), "2027-06-12T15:00:00+02:00");
  await story.publish(tariff);
  await story.open(account, { surfing: gigabyte, main: 20 * euro });

  // 400, 400, and the last 200 megabytes.
  const surfing = await story.phone("child").begin(data);
  await surfing.report(400 * megabyte);
  expect(await surfing.report(400 * megabyte)).toMatchObject({
    ...{ units: 200 * megabyte, isFinal: true },
  });

  // Then there is no more, though there are twenty euros.
  expect(await surfing.report(200 * megabyte)).toMatchObject({
    ...{ units: 0, code: "CREDIT_LIMIT_REACHED" },
  });
  // Even what the network let through is not taken from them.
  expect(await surfing.end(3 * megabyte)).toBe(0);
  expect((await story.balance("child")).buckets).toEqual({ surfing: [0, 0], main: [20 * euro, 0] });

  // Calls cost what they cost.
  const call = await story.phone("child").begin(voice);
  expect(call.grant().units).toBe(600);
  expect(await call.end(90)).toBe(20 * cent);

  // With another gigabyte data goes on.
  await story.topUp("child", "surfing", gigabyte);
  const again = await story.phone("child").begin(data);
  expect(again.grant().units).toBe(400 * megabyte);
  await again.end();
  await story.expectNoDrift();
});
