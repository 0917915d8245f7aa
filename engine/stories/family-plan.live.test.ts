// A family shares ten gigabytes a month. Each member has a cap of its own, so that no child uses up
// what is for all.

import { expect, test } from "vitest";
import { cleanUpOfTest } from "../../scripts/testing/engine.ts";
import type { Phone } from "../../scripts/testing/phone.ts";
import {
  accountWith,
  beginStory,
  bucketWith,
  counterWith,
  gigabyte,
  monthly,
  only,
  tariffWith,
} from "../../scripts/testing/story.ts";

const data = 10;
const tariff = tariffWith([
  {
    ...{ ratingGroup: data, unit: "octets", blockUnits: 1_000_000, blockPrice: "0.01" },
    ...{ quotaUnits: gigabyte / 4, validityTimeSeconds: 3_600 },
  },
]);
const capOf = (member: string, gigabytes: number) =>
  counterWith(member, "octets", {
    ...{ period: monthly, cap: gigabytes * gigabyte },
    eligibility: only({ subscribers: [member] }),
  });
const family = accountWith("family", {
  subscriberIdentifiers: ["mother", "father", "mia", "ben"],
  buckets: [bucketWith("shared", "octets")],
  counters: [capOf("mother", 6), capOf("father", 6), capOf("mia", 2), capOf("ben", 1)],
});

/** Uses all that it is given, until it is given no more. */
const stream = async (phone: Phone) => {
  const session = await phone.begin(data);
  let used = 0;
  for (;;) {
    const { code, units } = session.grant();
    if (units === 0) {
      await session.end();
      return { used: used / gigabyte, code };
    }
    used += units;
    await session.report(units);
  }
};

test("a family plan at its cap", async () => {
  const story = await beginStory(cleanUpOfTest(), "2027-05-30T20:00:00+02:00");
  await story.publish(tariff);
  await story.open(family, { shared: 10 * gigabyte });

  // All four stream at once. The children end at their own caps, to the octet …
  const members = ["mother", "father", "mia", "ben"];
  const [mother, father, mia, ben] = await Promise.all(
    members.map((member) => stream(story.phone(member))),
  );
  expect(ben).toEqual({ used: 1, code: "QUOTA_LIMIT_REACHED" });
  expect(mia).toEqual({ used: 2, code: "QUOTA_LIMIT_REACHED" });
  // … and the parents have the rest between them.
  expect(mother!.used + father!.used).toBe(7);
  expect(Math.max(mother!.used, father!.used)).toBeLessThanOrEqual(6);
  const evening = await story.balance("mother");
  expect(evening.buckets).toEqual({ shared: [0, 0] });
  expect(evening.counters).toMatchObject({ mia: 2 * gigabyte, ben: gigabyte });

  // More is bought. It is for who is below the cap: not for Ben.
  await story.topUp("family", "shared", 8 * gigabyte);
  expect((await stream(story.phone("ben"))).code).toBe("QUOTA_LIMIT_REACHED");
  const more = await story.phone("father").begin(data);
  expect(more.grant().code).toBe("SUCCESS");
  await more.end();

  // In June everybody's cap begins anew.
  story.passTo("2027-06-01T08:00:00+02:00");
  expect(await stream(story.phone("ben"))).toEqual({ used: 1, code: "QUOTA_LIMIT_REACHED" });
  expect((await story.balance("ben")).buckets).toEqual({ shared: [7 * gigabyte, 0] });
  await story.expectNoDrift();
});
