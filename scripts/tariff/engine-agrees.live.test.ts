// What `npm run tariff -- price` says of a use is what the engine charges for it: random documents,
// published to a real engine, and an event in each by an account that has nothing but money.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Client } from "../../engine/protocol/client/client.ts";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import type { PriceContext } from "../../engine/rating/price-context.ts";
import type { UnitKind } from "../../engine/values/units.ts";
import { formatMoney } from "../seed/amounts.ts";
import { cleanUpOfTest, openClients, startEngineHere } from "../testing/engine.ts";
import { startRedis } from "../testing/redis-server.ts";
import {
  accountOf,
  answered,
  bucketOf,
  future,
  openAccount,
  past,
} from "../testing/subscribers.ts";
import { tariffDocuments } from "../testing/tariff-documents.ts";
import { priceContexts, tariffInstants } from "../testing/tariff-uses.ts";
import { useLines } from "./use-lines.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const ratingGroup = 10;
const cases = fc.record({
  document: tariffDocuments,
  context: priceContexts,
  at: tariffInstants,
  units: fc.integer({ min: 1, max: 300 }),
});

type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** In effect at any of the moments. */
const textOf = ({ document }: Case, tariffId: string): string =>
  JSON.stringify({ ...document, tariffId, effectiveFrom: "2020-01-01T00:00:00Z" });

const informationOf = (context: PriceContext) => ({
  calledPartyAddress: context.calledNumber ?? null,
  callingPartyAddress: context.callingNumber ?? null,
  servingNetwork: context.servingNetwork ?? null,
  ratType: context.ratType ?? null,
  singleNssai: context.slice ?? null,
  dataNetworkName: context.dnn ?? null,
  serviceIdentifier: context.serviceId ?? null,
  qosClass: context.qos ?? null,
});

/** The money, or the code of the refusal. */
const chargeByEngine = async (
  { network, business }: Readonly<Record<"network" | "business", Client>>,
  one: Case,
  name: string,
): Promise<string> => {
  answered(await business.publishTariff({ document: textOf(one, name) }));
  const unit = one.document.ratingGroups[0]!["unit"] as UnitKind;
  const account = accountOf(name, {
    products: [{ productId: "p", tariffId: name, validFrom: past, validUntil: future }],
    buckets: [bucketOf("main", "money")],
    counters: [{ counterId: "c", unit, ratingGroups: [] }],
  });
  await openAccount(business, account, { main: 10 ** 15 });
  const charged = await network.event({
    requestId: name,
    subscriberIdentifier: `msisdn-${name}`,
    eventTimestamp: one.at,
    usedUnits: [{ ratingGroup, usedUnit: one.units }],
    serviceInformation: informationOf(one.context),
  });
  return charged.isOk ? formatMoney(charged.value.cost, "EUR") : charged.error.code;
};

/** What the command says first, in the words of the engine where it is a refusal. */
const chargeByDocument = (one: Case): string | undefined => {
  const { at, context, units } = one;
  const tariff = parseTariff(textOf(one, "t"));
  if (!tariff.isOk) throw new Error(tariff.error.join("; "));
  const use = { ratingGroup, units, countedUnits: 0, at, context };
  const lines = useLines(tariff.value, use, undefined);
  if (!lines.isOk) return "RATING_FAILED";
  return lines.value[0] === "blocked" ? "END_USER_SERVICE_DENIED" : lines.value[0];
};

test(`the engine charges what is said of a use (seed ${seed})`, async () => {
  const cleanUp = cleanUpOfTest();
  const redis = cleanUp.add(await startRedis());
  let now = 0;
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, now: () => now }));
  const clients = await openClients(cleanUp, [engine]);
  const kinds = new Set<string>();
  const inOrder = fc.sample(cases, { seed, numRuns: 200 }).sort((a, b) => a.at - b.at);
  for (const [index, one] of inOrder.entries()) {
    now = one.at;
    const charged = await chargeByEngine(clients, one, `t${index}`);
    expect({ ...one, charged }).toEqual({ ...one, charged: chargeByDocument(one) });
    kinds.add(charged.replace(/.* EUR$/, "money"));
  }
  expect([...kinds].sort()).toEqual(["END_USER_SERVICE_DENIED", "RATING_FAILED", "money"]);
});
