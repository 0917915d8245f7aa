// Who pays at the end of the month may owe twenty euros, and not a micro more.

import { expect, test } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import {
  accountWith,
  beginStory,
  bucketWith,
  cent,
  euro,
  tariffWith,
} from "../../scripts/testing/story.ts";

const voice = 100;
/** Thirty cents a minute; twenty euros are sixty-six minutes and twenty cents. */
const tariff = tariffWith([
  {
    ...{ ratingGroup: voice, unit: "seconds", blockUnits: 60, blockPrice: "0.3" },
    ...{ quotaUnits: 1_800, validityTimeSeconds: 3_600 },
  },
]);
const account = accountWith("office", {
  buckets: [bucketWith("main", "money", { creditLimit: 20 * euro })],
});

test("postpaid up to the credit limit", async () => {
  const story = await beginStory(cleanUpOfTest(), "2027-09-03T09:00:00+02:00");
  await story.publish(tariff);
  await story.open(account);

  // Nothing was ever paid in, and half an hour is granted all the same, twice.
  const call = await story.phone("office").begin(voice);
  expect(call.grant()).toMatchObject({ units: 1_800, isFinal: false });
  story.passSeconds(1_800);
  expect(await call.report(1_800)).toMatchObject({ units: 1_800, isFinal: false });
  expect((await story.balance("office")).buckets).toEqual({ main: [-18 * euro, 9 * euro] });

  // Then six minutes are left, and they are the last ones.
  story.passSeconds(1_800);
  expect(await call.report(1_800)).toMatchObject({ units: 360, isFinal: true });
  story.passSeconds(360);
  expect(await call.report(360)).toMatchObject({ units: 0, code: "CREDIT_LIMIT_REACHED" });
  expect(await call.end()).toBe(1_980 * cent);
  expect((await story.balance("office")).buckets).toEqual({ main: [-1_980 * cent, 0] });

  // The bill is paid, and the line is open again.
  await story.topUp("office", "main", 1_980 * cent);
  const next = await story.phone("office").begin(voice);
  expect(next.grant()).toMatchObject({ units: 1_800, code: "SUCCESS" });
  await next.end();
  await story.expectNoDrift();
});
