// The demo catalogue: sound, complete, and charging what the demo operator charges.

import { expect, test } from "vitest";
import {
  catalogueDocuments,
  checkCatalogue,
  compileCatalogue,
  productTerms,
  profileOf,
} from "../../../bss/catalogue/compile/index.ts";
import {
  Catalog,
  Category,
  ProductOffering,
  ProductOfferingPrice,
  ProductSpecification,
} from "../../../bss/catalogue/tmf620.generated.ts";
import { readRequest, requestMessage } from "../../../engine/protocol/messages.ts";
import { accountProblem } from "../../../engine/store/account-problem.ts";
import { tariffDocument } from "../operator.ts";
import { demoCatalogue } from "./documents.ts";

/** As its API takes them. */
const shapes = {
  catalog: Catalog,
  category: Category,
  productSpecification: ProductSpecification,
  productOffering: ProductOffering,
  productOfferingPrice: ProductOfferingPrice,
};

const effectiveAt = Date.parse("2026-11-01T00:00:00Z");

const compiled = () => {
  const outcome = compileCatalogue(demoCatalogue, { version: 1, effectiveAt });
  if (!outcome.isOk) throw new Error(JSON.stringify(outcome.error, null, 1));
  return outcome.value;
};

test("nothing is wrong with it, now or at any time before", () => {
  expect(checkCatalogue(demoCatalogue, effectiveAt)).toEqual([]);
  expect(checkCatalogue(demoCatalogue)).toEqual([]);
});

test("it is what TMF620 documents are, as plain JSON", () => {
  for (const [kind, shape] of Object.entries(shapes)) {
    for (const document of demoCatalogue[kind as keyof typeof shapes]) {
      expect(shape.safeParse(document).error?.issues ?? []).toEqual([]);
    }
  }
  const text = JSON.stringify(demoCatalogue);
  expect(catalogueDocuments.parse(JSON.parse(text))).toEqual(JSON.parse(text));
});

test("prepaid, postpaid, family, things, roaming and slices are sold", () => {
  const terms = Object.values(compiled().terms);
  expect(terms.length).toBe(22);
  expect(
    new Set(
      demoCatalogue.productOffering.flatMap(({ category = [] }) => category).map(({ id }) => id),
    ),
  ).toEqual(new Set(["prepaid", "postpaid", "family", "passes", "roaming", "things", "slices"]));
});

test("a plan charges usage as the demo tariff does, to the block", () => {
  const { tariffs } = compiled();
  const document = tariffs.find(({ tariffId }) => tariffId === "nordlicht-data-10:2.0");
  const groupsOf = (text: string) =>
    (JSON.parse(text) as { ratingGroups: { ratingGroup: number }[] }).ratingGroups
      .map((group) => group)
      .sort((a, b) => a.ratingGroup - b.ratingGroup);
  expect(groupsOf(document!.document)).toEqual(groupsOf(tariffDocument()));
});

test("the engine takes the account of whoever buys any of it", () => {
  const catalogue = compiled();
  const timeZone = "Europe/Berlin";
  for (const { isSellable, offeringId, requires } of Object.values(catalogue.terms)) {
    if (!isSellable) continue;
    const bought = productTerms(catalogue, {
      ...{ offeringId, productId: "p", at: effectiveAt, timeZone, owned: requires },
      subscribers: ["msisdn-1"],
    });
    const profile = profileOf({
      ...{ accountId: "a", currency: "EUR", timeZone, subscriberIdentifiers: ["msisdn-1"] },
      products: bought.isOk ? [bought.value] : [],
    });
    if (!bought.isOk || !profile.isOk) throw new Error(`${offeringId} cannot be bought`);
    const read = readRequest(requestMessage("putAccount", 1, profile.value));
    expect(read.refusal).toBeUndefined();
    expect(accountProblem(read.request as Parameters<typeof accountProblem>[0])).toBeUndefined();
  }
});

test("what is not sold any more stays for those who have it, and only for them", () => {
  const old = { offeringId: "nordlicht-data-10", version: "1.0" };
  expect(compiled().terms["nordlicht-data-10:1.0"]).toBeUndefined();
  const kept = compileCatalogue(demoCatalogue, { version: 1, effectiveAt, keptVersions: [old] });
  expect(kept.isOk && kept.value.terms["nordlicht-data-10:1.0"]?.charges[0]?.amountMicros).toBe(
    8_990_000,
  );
});
