// What rating again says would have been charged is what an engine with the other prices charges:
// the same uses on two engines, each with one catalogue, and the journal of the first one rated by
// the prices of the second.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalRecord } from "../../../engine/cdr/journal-record.ts";
import { checkInstallation } from "../../../engine/store/installation.ts";
import { directClient } from "../../../scripts/testing/direct-client.ts";
import { journalRecords } from "../../../scripts/testing/journal-records.ts";
import {
  catalogueAt,
  randomCatalogues,
  randomUses,
} from "../../../scripts/testing/random-catalogues.ts";
import { emptyRedisOfFile, engineOfTest } from "../../../scripts/testing/redis-of-file.ts";
import { answered } from "../../../scripts/testing/subscribers.ts";
import { neverMs, productTerms } from "./buy-product.ts";
import { type CompiledCatalogue, compileCatalogue } from "./compile-catalogue.ts";
import type { CatalogueDocuments } from "./documents.ts";
import { profileOf } from "./profile-of.ts";
import { createRerating, rerate } from "./rerate.ts";
import type { ReratingOptions } from "./rerate-books.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const redis = emptyRedisOfFile();
const rounds = 6;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const purse = 10 ** 12;

/** Free and blocked prices leave allowances alone: what is left of these would be another. */
const charging = (documents: CatalogueDocuments): CatalogueDocuments => {
  const isCharging = (id: string | undefined) =>
    documents.productOfferingPrice
      .find((one) => one.id === id)!
      .prodSpecCharValueUse?.every(({ name }) => name !== "access") ?? true;
  const productOffering = documents.productOffering.map((one) => ({
    ...one,
    productOfferingPrice: one.productOfferingPrice!.filter(({ id }) => isCharging(id)),
  }));
  return { ...documents, productOffering };
};

const compiled = (documents: CatalogueDocuments): CompiledCatalogue => {
  const outcome = compileCatalogue(charging(documents), { version: 1, effectiveAt: catalogueAt });
  if (!outcome.isOk) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
};

type Use = typeof randomUses extends fc.Arbitrary<infer U> ? U : never;
type Asked = { readonly use: Use; readonly isEvent: boolean };

/** An account has the counters of what it bought: those of other prices are not there. */
const withoutCounters = (documents: CatalogueDocuments): CatalogueDocuments => ({
  ...documents,
  productOfferingPrice: documents.productOfferingPrice.map((one) => ({
    ...one,
    prodSpecCharValueUse: (one.prodSpecCharValueUse ?? []).filter(
      ({ name }) => name !== "tierCounter",
    ),
  })),
});

/** One account of the first catalogue, on an engine with the tariffs of the second. */
const play = async (
  owned: CompiledCatalogue,
  charged: CompiledCatalogue,
  asked: readonly Asked[],
): Promise<readonly JournalRecord[]> => {
  await redis.client.flushall();
  const clock = { now: catalogueAt };
  const engine = await engineOfTest(redis, clock);
  await checkInstallation(engine.store, 1);
  const client = directClient(engine);
  for (const { document } of charged.tariffs) answered(await client.publishTariff({ document }));
  const subscribers = ["msisdn-1"];
  const timeZone = "Europe/Berlin";
  const bought = productTerms(owned, {
    ...{ offeringId: "plan-0", productId: "p", at: catalogueAt, timeZone, subscribers },
  });
  const profile = profileOf({
    ...{ accountId: "a", currency: "EUR", timeZone, subscriberIdentifiers: subscribers },
    products: bought.isOk ? [bought.value] : [],
  });
  if (!bought.isOk || !profile.isOk) throw new Error("not bought");
  const main = { bucketId: "main", unit: "money", priority: 99, ratingGroups: [] } as const;
  const buckets = [...profile.value.buckets, { ...main, validFrom: 0, validUntil: neverMs }];
  answered(await client.putAccount({ ...profile.value, buckets }));
  for (const credit of [...bought.value.credits, { bucketId: "main", amount: purse }]) {
    answered(await client.topUp({ requestId: credit.bucketId, accountId: "a", ...credit }));
  }
  for (const [index, { isEvent, use }] of asked.entries()) {
    // Days apart, and far from the hours at which prices change.
    clock.now = catalogueAt + Math.floor((index * 50) / asked.length) * dayMs + 10 * hourMs;
    clock.now += index * 60_000;
    await charge(client, clock, { use, name: `s${index}`, isEvent });
  }
  return journalRecords(engine.store);
};

const charge = async (
  client: ReturnType<typeof directClient>,
  clock: { now: number },
  { isEvent, name, use }: Asked & { readonly name: string },
): Promise<void> => {
  const { calledNumber, ratingGroup, servingNetwork, units } = use;
  const subscriberIdentifier = "msisdn-1";
  const serviceInformation = {
    ...{ calledPartyAddress: calledNumber ?? null, servingNetwork: servingNetwork ?? null },
  };
  const eventTimestamp = () => clock.now;
  if (isEvent) {
    answered(
      await client.event({
        ...{ requestId: name, subscriberIdentifier, eventTimestamp: eventTimestamp() },
        ...{ usedUnits: [{ ratingGroup, usedUnit: units }], serviceInformation },
      }),
    );
    return;
  }
  const first = Math.floor(units / 3);
  const steps = [
    { requestedUnit: 0, usedUnit: null },
    { requestedUnit: 0, usedUnit: first },
    { requestedUnit: null, usedUnit: units - first },
  ];
  for (const [sequence, step] of steps.entries()) {
    const verb = (["initiate", "update", "terminate"] as const)[sequence]!;
    answered(
      await client[verb]({
        ...{ sessionId: name, sequence, subscriberIdentifier, serviceInformation },
        eventTimestamp: eventTimestamp(),
        multipleUnitUsage: [{ ratingGroup, ...step }],
      }),
    );
    clock.now += 5_000;
  }
};

const optionsOf = (before: CompiledCatalogue, after: CompiledCatalogue): ReratingOptions => ({
  ...{ before, after, owners: "keep" },
  customerOf: () => "anna",
  profileOf: () => undefined,
});

const chargedIn = (records: readonly JournalRecord[]): number =>
  records.reduce((sum, one) => sum + ("cost" in one ? one.cost : 0), 0);

test(`what would have been charged is what the other prices charge (seed ${seed})`, async () => {
  const asked = fc.array(fc.record({ use: randomUses, isEvent: fc.boolean() }), {
    minLength: 60,
    maxLength: 60,
  });
  const worlds = fc.sample(fc.tuple(randomCatalogues, randomCatalogues, asked), {
    ...{ seed, numRuns: rounds },
  });
  for (const [one, other, uses] of worlds) {
    const [before, after] = [compiled(one), compiled(withoutCounters(other))];
    const records = await play(before, before, uses);
    const otherwise = chargedIn(await play(before, after, uses));
    const [total, ...more] = rerate(records, optionsOf(before, after));
    expect(more).toEqual([]);
    const { afterMicros, beforeMicros, chargedMicros, unpriced } = total!;
    expect({ chargedMicros, beforeMicros, afterMicros, unpriced }).toEqual({
      chargedMicros: chargedIn(records),
      beforeMicros: chargedIn(records),
      afterMicros: otherwise,
      unpriced: 0,
    });
  }
});

test(`a run that is broken off goes on from its state (seed ${seed})`, async () => {
  const asked = fc.array(fc.record({ use: randomUses, isEvent: fc.boolean() }), {
    minLength: 30,
    maxLength: 30,
  });
  const sample = fc.sample(fc.tuple(randomCatalogues, asked), { seed, numRuns: 1 });
  const [documents, uses] = sample[0]!;
  const before = compiled(documents);
  const records = await play(before, before, uses);
  const profile = records.find((one) => one.verb === "putAccount")!.profile;
  const options = { ...optionsOf(before, before), profileOf: () => profile };
  const whole = rerate(records, options);
  const half = Math.floor(records.length / 2);
  const first = createRerating(options);
  for (const record of records.slice(0, half)) first.add(record);
  const state = JSON.parse(JSON.stringify(first.state()));
  const second = createRerating(options, state);
  for (const record of records.slice(half)) second.add(record);
  expect(second.totals()).toEqual(whole);
  expect(second.state().records).toBe(records.length);
});
